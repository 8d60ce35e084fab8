import { expectNothingLeftBy } from './provoked-faults.fixture';

jest.setTimeout(3_600_000);

it('ten thousand faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  // Compiled code takes a megabyte or so. One forgotten listener would add as much, at a hundred bytes per fault.
  await expectNothingLeftBy(10_000, { maxBytes: 2_000_000 });
});
