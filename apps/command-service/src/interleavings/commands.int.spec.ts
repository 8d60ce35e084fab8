import { CommandExecutor, EventStore } from '@tidemark/event-store';
import { CommandTransport } from '@tidemark/messaging';
import { writesIn } from '../testing/routes.fixture';
import { lookSideBySide } from './look-side-by-side.fixture';
import { WalkedService } from './walked-service.fixture';
import { titleOf, walks } from './walks.fixture';

let walked: WalkedService;

beforeAll(async () => {
  walked = await WalkedService.start();
});
afterAll(() => walked.service.stop());
afterEach(() => jest.restoreAllMocks());

it('every command of the service is walked', () => {
  const { routes, apps } = walked.service;
  const requests = writesIn(routes).map(({ method, url }) => `${method} ${url}`);
  const patterns = [...apps[0]!.get(CommandTransport).getHandlers().keys()];
  const commands = new Set<string>(walks.map(({ command }) => command));
  expect([...commands].sort()).toEqual([...requests, ...patterns].sort());
});

describe('answers, log, ledger and read models agree, whatever another replica commits meanwhile', () => {
  it.each(walks.map((walk) => [titleOf(walk), walk] as const))('%s', async (_, walk) => {
    const { failures, courses } = await walked.walk(walk, 'to be read');
    expect(failures).toEqual([]);
    expect(courses.played).toBeGreaterThan(0);
  });

  // The nightly suite also walks the other commands from memory, and these with all their rivals.
  it.each(walks.filter(({ looksAround }) => looksAround).map((walk) => [titleOf(walk), walk] as const))(
    '%s, decided on a state in memory',
    async (_, walk) => {
      const [rival] = walk.rivals;
      expect(rival).toBeDefined();
      expect((await walked.walk({ ...walk, rivals: [rival!] }, 'in memory')).failures).toEqual([]);
    },
  );
});

it('the walk finds a replica that asks for a refund under a second key', async () => {
  const app = walked.service.apps[0]!;
  const [executor, store] = [app.get(CommandExecutor), app.get(EventStore)];
  jest
    .spyOn(executor, 'executeAsking')
    .mockImplementation((request) => lookSideBySide(executor, store, request));
  const refusedOnce = walks.find(({ when }) => when === 'refused once')!;
  const { failures } = await walked.walk(refusedOnce, 'to be read');
  expect(failures).toContainEqual(
    expect.stringMatching(
      /the same command: append-event commits before read-streams: the provider was asked/,
    ),
  );
});
