import { expectNothingLeftBy } from './provoked-faults.fixture';

jest.setTimeout(120_000);

it('hundreds of faults leave no connection, channel, socket, timer, listener or memory behind', async () => {
  // What is compiled and cached on the way is a megabyte or so, however many faults there are.
  await expectNothingLeftBy(300, { maxBytes: 4_000_000 });
});
