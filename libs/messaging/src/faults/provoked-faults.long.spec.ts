import { holdingsAround } from './provoked-faults.fixture';

jest.setTimeout(3_600_000);

it('ten thousand faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  const { before, after } = await holdingsAround(10_000);
  expect({ ...after, memory: 0 }).toEqual({ ...before, memory: 0 });
  // Not even the hundred bytes per fault that one forgotten listener would keep, beside what is compiled on the way.
  expect(after.memory - before.memory).toBeLessThan(2_000_000);
});
