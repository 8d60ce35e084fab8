import { holdingsAround } from './provoked-faults.fixture';

jest.setTimeout(120_000);

it('hundreds of faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  const { before, after } = await holdingsAround(300);
  expect({ ...after, timers: 0, memory: 0 }).toEqual({ ...before, timers: 0, memory: 0 });
  // A heartbeat or a pause may be between two timers at the count. A leak would leave dozens of them.
  expect(after.timers - before.timers).toBeLessThan(5);
  // What is compiled and cached on the way is a megabyte or so, however many faults there are.
  expect(after.memory - before.memory).toBeLessThan(4_000_000);
});
