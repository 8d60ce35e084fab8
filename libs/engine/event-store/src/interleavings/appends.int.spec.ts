import { randomUUID } from 'node:crypto';
import { walkInterleavings, type WalkReport } from '@tidemark/test-servers';
import type { AppendManyRequest, AppendResult, ExpectedVersion } from '../append';
import { command, manyCounted, request } from '../contract-suite/counter';
import { VersionConflictError } from '../errors';
import type { EventStore } from '../event-store';
import { partitionOf } from '../partition-of';
import { openReplicas, type Replicas } from './replicas.fixture';
import { faultsOfAnswers, type Wanted } from './written.fixture';

/** Three streams, and the commands of the two sides. */
interface World {
  readonly streams: readonly [string, string, string];
  readonly mine: string;
  readonly theirs: string;
  /** The ids of other commands that the side appends at the same time. */
  readonly beside: readonly [string, string];
}

interface Write extends Wanted {
  /** Absent when there is only one append. */
  readonly how?: 'in one transaction' | 'side by side';
}

type WriteOf = (world: World, commandId: string) => Write;

let replicas: Replicas;
beforeAll(async () => {
  replicas = await openReplicas();
});
afterAll(() => replicas.close());
afterEach(() => replicas.bed.expectGaplessLog());

/** Keys of two partitions. A stream that both sides begin may get either partition. */
const keyHere = 'a';
const keyThere = 'd';

function one(
  stream: 0 | 1 | 2,
  expectedVersion: ExpectedVersion,
  events = 1,
  partitionKey = keyHere,
): WriteOf {
  return ({ streams }, commandId) => ({
    appends: [
      request({
        aggregateId: streams[stream],
        expectedVersion,
        events: manyCounted(events),
        partitionKey,
        command: command({ commandId }),
      }),
    ],
  });
}

const together =
  (...writes: readonly WriteOf[]): WriteOf =>
  (world, commandId) => ({
    appends: writes.flatMap((write) => write(world, commandId).appends),
    how: 'in one transaction',
  });

/** Appends of several commands. The first goes alone, and meanwhile the others wait to go in one batch. */
const beside =
  (...writes: readonly [WriteOf, WriteOf, WriteOf]): WriteOf =>
  (world, commandId) => ({
    appends: writes.flatMap((write, index) => write(world, [commandId, ...world.beside][index]!).appends),
    how: 'side by side',
  });

const withAnotherHash =
  (write: WriteOf): WriteOf =>
  (world, commandId) => {
    const { appends, ...rest } = write(world, commandId);
    const commandHash = 'cd'.repeat(32);
    return {
      ...rest,
      appends: appends.map((append) => ({ ...append, command: { ...append.command, commandHash } })),
    };
  };

async function send(store: EventStore, { appends, how }: Write): Promise<readonly AppendResult[]> {
  switch (how) {
    case 'in one transaction':
      return store.appendMany({ command: appends[0]!.command, appends });
    case 'side by side':
      return Promise.all(appends.map((append) => store.append(append)));
    case undefined:
      return [await store.append(appends[0]!)];
    default:
      return how satisfies never;
  }
}

/** @param before how many events each of the streams has when it begins */
async function walk(
  name: string,
  write: WriteOf,
  { before = 0, storeHere = replicas.here.store }: { before?: number; storeHere?: EventStore } = {},
): Promise<WalkReport> {
  const { bed, there } = replicas;
  const begin: ExpectedVersion = before > 0 ? before : 'none';
  const rivals: Record<string, (world: World) => Write> = {
    'the same command': (world) => write(world, world.mine),
    'its id for something else': (world) => withAnotherHash(one(0, 'any', 1, keyThere))(world, world.mine),
    'another command, the same': (world) => write(world, world.theirs),
    'one event, in the same partition': (world) => one(0, begin, 1, keyHere)(world, world.theirs),
    'one event': (world) => one(0, begin, 1, keyThere)(world, world.theirs),
    'two events': (world) => one(0, begin, 2, keyThere)(world, world.theirs),
    'any version': (world) => one(0, 'any', 1, keyThere)(world, world.theirs),
    'the other stream': (world) => one(1, begin, 1, keyThere)(world, world.theirs),
    'both streams, in two partitions': (world) =>
      together(one(1, begin, 1, keyHere), one(0, begin, 1, keyThere))(world, world.theirs),
    'both streams': (world) =>
      together(one(1, begin, 1, keyThere), one(0, begin, 1, keyThere))(world, world.theirs),
  };
  return walkInterleavings<World>(
    {
      name,
      prepare: async () => {
        const world: World = {
          streams: [randomUUID(), randomUUID(), randomUUID()],
          beside: [randomUUID(), randomUUID()],
          mine: randomUUID(),
          theirs: randomUUID(),
        };
        if (before > 0) {
          await send(
            bed.store,
            together(one(0, 'none', before), one(1, 'none', before))(world, randomUUID()),
          );
        }
        return world;
      },
      work: (world) => send(storeHere, write(world, world.mine)),
      rivals: Object.fromEntries(
        Object.entries(rivals).map(([rival, writeOf]) => [
          rival,
          (world: World) => send(there.store, writeOf(world)),
        ]),
      ),
      faultsOf: (world, outcomes, rival) =>
        faultsOfAnswers(
          bed.store,
          { work: write(world, world.mine), rival: rivals[rival]!(world) },
          outcomes,
        ),
    },
    { server: bed.admin },
  );
}

it('the keys belong to two partitions', () => {
  expect(partitionOf(keyHere, replicas.bed.partitions)).not.toBe(
    partitionOf(keyThere, replicas.bed.partitions),
  );
});

it.each<[string, WriteOf, { before?: number }?]>([
  ['one event, of a new stream', one(0, 'none')],
  ['two events, of a new stream', one(0, 'none', 2)],
  ['one event, at a version', one(0, 2), { before: 2 }],
  ['two events, at a version', one(0, 2, 2), { before: 2 }],
  ['one event, of a new stream, at any version', one(0, 'any')],
  ['two events, of a new stream, at any version', one(0, 'any', 2)],
  ['one event, at any version', one(0, 'any'), { before: 2 }],
  ['two events, at any version', one(0, 'any', 2), { before: 2 }],
  ['two new streams', together(one(0, 'none'), one(1, 'none'))],
  ['two streams, at a version', together(one(0, 2), one(1, 2)), { before: 2 }],
  ['two new streams, at any version', together(one(0, 'any'), one(1, 'any'))],
  ['a batch, at any version', beside(one(2, 'any'), one(0, 'any'), one(1, 'any'))],
])(
  'the log agrees with the answer to an append of %s, whatever another replica commits',
  async (...[name, write, options]) => {
    const { failures, courses } = await walk(name, write, options);
    expect(failures).toEqual([]);
    expect(courses.played).toBeGreaterThan(8);
  },
);

/** A planted fault: a conflict counts as a repeat of the command, and so as success. */
function takingConflictsForRepeats(store: EventStore): EventStore {
  return Object.assign(Object.create(store) as EventStore, {
    appendMany: (many: AppendManyRequest) =>
      store.appendMany(many).catch((error: unknown) => {
        if (error instanceof VersionConflictError) {
          return [];
        }
        throw error;
      }),
  });
}

it('the walk finds an append that reports success and writes nothing', async () => {
  const { failures } = await walk('two new streams', together(one(0, 'none'), one(1, 'none')), {
    storeHere: takingConflictsForRepeats(replicas.here.store),
  });
  expect(failures).toContainEqual(
    expect.stringMatching(/^two new streams \/ one event: .* the work was told of 0 streams, of 2$/),
  );
});
