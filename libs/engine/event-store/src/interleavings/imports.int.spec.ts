import { walkInterleavings, walkKills } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { command, manyCounted, request } from '../contract-suite/counter';
import { EventImporter } from '../event-importer';
import type { ImportedAppend } from '../import-batch';
import { codec } from '../postgres-bed.fixture';
import { openReplicas, type Replicas } from './replicas.fixture';

/** A new stream, a stream with two events, and the commands of both sides. */
interface World {
  readonly fresh: string;
  readonly existing: string;
  readonly mine: string;
  readonly theirs: string;
}

let replicas: Replicas;
let importer: EventImporter;
let rivalImporter: EventImporter;

beforeAll(async () => {
  replicas = await openReplicas();
  const options = { codec, partitions: replicas.bed.partitions };
  importer = new EventImporter({ ...options, pool: replicas.here.pool });
  rivalImporter = new EventImporter({ ...options, pool: replicas.there.pool });
});
afterAll(() => replicas.close());
afterEach(() => replicas.bed.expectGaplessLog());

async function prepare(): Promise<World> {
  const [fresh, existing, mine, theirs] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await replicas.bed.store.append(
    request({ aggregateId: existing, events: manyCounted(2), partitionKey: 'd' }),
  );
  return { fresh, existing, mine, theirs };
}

/** A command that writes to both streams, in two partitions. */
const importOf = ({ fresh, existing }: World, commandId: string): ImportedAppend[] => [
  request({ aggregateId: fresh, partitionKey: 'a', events: manyCounted(2), command: command({ commandId }) }),
  request({ aggregateId: existing, partitionKey: 'd', expectedVersion: 2, command: command({ commandId }) }),
];

type Side = (world: World) => Promise<unknown>;

const appendTo = (stream: 'fresh' | 'existing', partitionKey: string, id: 'mine' | 'theirs'): Side => {
  return (world) =>
    replicas.there.store.append(
      request({
        aggregateId: world[stream],
        partitionKey,
        expectedVersion: stream === 'fresh' ? 'none' : 2,
        command: command({ commandId: world[id] }),
      }),
    );
};

const rivals: Record<string, Side> = {
  'an append to the new stream': appendTo('fresh', 'a', 'theirs'),
  'an append to the new stream, in another partition': appendTo('fresh', 'd', 'theirs'),
  'an append to the stream that exists': appendTo('existing', 'd', 'theirs'),
  'an append of the same command': (world) =>
    replicas.there.store.append(
      request({
        partitionKey: 'b',
        command: command({ commandId: world.mine, commandHash: 'cd'.repeat(32) }),
      }),
    ),
  'an append elsewhere in the partition': () => replicas.there.store.append(request({ partitionKey: 'a' })),
  'appends to both streams': (world) =>
    replicas.there.store.appendMany({
      command: command({ commandId: world.theirs }),
      appends: [
        request({ aggregateId: world.existing, partitionKey: 'd', expectedVersion: 2 }),
        request({ aggregateId: world.fresh, partitionKey: 'a' }),
      ],
    }),
  'the same import': (world) => rivalImporter.importBatch(importOf(world, world.mine)),
  'an import to the same streams': (world) => rivalImporter.importBatch(importOf(world, world.theirs)),
};

/** How many events of the command the log has, in both streams. */
async function eventsOf(commandId: string): Promise<number> {
  const { rows } = await replicas.bed.admin.query<{ count: number }>(
    'SELECT count(*) FROM event_store.events WHERE causation_id = $1',
    [commandId],
  );
  return rows[0]!.count;
}

const refusals = /is not at version|already used|of the batch's/;

/** Either side is in the log as a whole, or it was refused and is not there at all. */
async function faultsOf(world: World, outcomes: readonly PromiseSettledResult<unknown>[]): Promise<string[]> {
  const faults = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' && !refusals.test(String(outcome.reason)) ? [String(outcome.reason)] : [],
  );
  const accepted = outcomes[0]!.status === 'fulfilled';
  const events = await eventsOf(world.mine);
  if (accepted && events !== 3) {
    faults.push(`the import was accepted, and the log has ${events} of its events`);
  }
  if (!accepted && events > 1) {
    faults.push(`the import was refused, and the log has ${events} of its events`);
  }
  if (outcomes.every(({ status }) => status === 'rejected')) {
    faults.push('both were refused');
  }
  return faults;
}

it('an import is whole or refused, whatever another replica commits', async () => {
  const { failures, courses } = await walkInterleavings<World>(
    {
      name: 'an import',
      prepare,
      work: (world) => importer.importBatch(importOf(world, world.mine)),
      rivals,
      faultsOf: (world, { work, rival }) => faultsOf(world, [work, rival]),
    },
    { server: replicas.bed.admin },
  );
  expect(failures).toEqual([]);
  expect(courses.played).toBeGreaterThan(20);
});

it('a killed import leaves nothing, and can be repeated', async () => {
  const work = (world: World) => importer.importBatch(importOf(world, world.mine));
  const statements = await walkKills<World>(
    {
      prepare,
      work,
      check: async (world, outcome) => {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } });
        expect(await eventsOf(world.mine)).toBe(0);
        await replicas.bed.expectGaplessLog();
        expect(await work(world)).toEqual({ events: 3, repeated: 0 });
        expect(await work(world)).toEqual({ events: 0, repeated: 3 });
      },
    },
    replicas.bed.admin,
  );
  expect(statements).toEqual(['BEGIN', 'find-streams', 'lock-heads', 'find-streams', 'move-heads', 'COMMIT']);
});
