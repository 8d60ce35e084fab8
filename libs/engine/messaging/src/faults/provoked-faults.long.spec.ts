import { expectNothingLeftBy } from './provoked-faults.fixture';

jest.setTimeout(3_600_000);

it('ten thousand faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  // Not even the hundred bytes per fault that one forgotten listener would keep, beside what is compiled on the way.
  await expectNothingLeftBy(10_000, { maxBytes: 2_000_000 });
});
