import { expectNothingLeftBy } from './provoked-faults.fixture';

jest.setTimeout(120_000);

it('hundreds of faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  // Compiled and cached code takes a megabyte or so, however many faults there are.
  await expectNothingLeftBy(300, { maxBytes: 4_000_000 });
});
