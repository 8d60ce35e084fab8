import { holdingsAround } from './provoked-faults.fixture';

jest.setTimeout(120_000);

it('hundreds of faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  const { before, after } = await holdingsAround(300);
  expect({ ...after, memory: 0 }).toEqual({ ...before, memory: 0 });
  // What is compiled and cached on the way is a megabyte or so, however many faults there are.
  expect(after.memory - before.memory).toBeLessThan(4_000_000);
});
