import { holdingsAround } from './provoked-faults.fixture';

jest.setTimeout(3_600_000);

it('ten thousand faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  const { before, after } = await holdingsAround(10_000);
  expect({ ...after, timers: 0, memory: 0 }).toEqual({ ...before, timers: 0, memory: 0 });
  // A heartbeat or a pause may be between two timers at the count. A leak would leave dozens of them.
  expect(after.timers - before.timers).toBeLessThan(5);
  // Not even the hundred bytes per fault that one forgotten listener would keep, beside what is compiled on the way.
  expect(after.memory - before.memory).toBeLessThan(2_000_000);
});
