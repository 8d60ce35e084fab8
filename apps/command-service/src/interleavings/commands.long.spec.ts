import { WalkedService } from './walked-service.fixture';
import { titleOf, walks } from './walks.fixture';

let walked: WalkedService;

beforeAll(async () => {
  walked = await WalkedService.start();
});
afterAll(() => walked.service.stop());

/** Every command is a rival of every other that is possible in the same world. */
describe('answers, log, ledger and read models agree, whatever possible command another replica commits meanwhile', () => {
  it.each(walks.map((walk) => [titleOf(walk), walk] as const))('%s', async (_, walk) => {
    const possible = walks.filter(({ before }) => before.join() === walk.before.join());
    const rivals = [...new Set([...walk.rivals, ...possible.map(({ command }) => command)])];
    for (const start of ['in memory', 'to be read'] as const) {
      expect((await walked.walk({ ...walk, rivals }, start)).failures).toEqual([]);
    }
  });
});
