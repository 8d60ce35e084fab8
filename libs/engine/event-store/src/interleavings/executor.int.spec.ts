import { randomUUID } from 'node:crypto';
import { accept, refuse, type Decision } from '@tidemark/kernel';
import { walkInterleavings } from '@tidemark/test-servers';
import type { AppendRequest } from '../append';
import type { Execution } from '../command-executor';
import {
  command,
  counted,
  counter,
  manyCounted,
  request,
  type CounterEvent,
} from '../contract-suite/counter';
import { openReplicas, type Replica, type Replicas } from './replicas.fixture';
import { faultsOfAnswers } from './written.fixture';

interface World {
  readonly aggregateId: string;
  readonly mine: string;
  readonly theirs: string;
  /** By command: the keys under which an outside party was asked. */
  readonly asked: Map<string, Set<string>>;
}

let replicas: Replicas;
beforeAll(async () => {
  replicas = await openReplicas();
});
afterAll(() => replicas.close());
afterEach(() => replicas.bed.expectGaplessLog());

const stored = 2;

/** Refuses the second command, but not a repeat of the first command: its own success must not make it fail. */
function decide(count: number): Decision<CounterEvent> {
  return count > stored ? refuse('too_late', 'another was faster') : accept(counted(1));
}

type Execute = (replica: Replica, world: World, commandId: string) => Promise<Execution>;

const common = ({ aggregateId }: World, commandId: string) => ({
  aggregate: counter,
  aggregateId,
  partitionKey: 'key',
  command: command({ commandId }),
});
const execute: Execute = ({ executor }, world, commandId) =>
  executor.execute({ ...common(world, commandId), decide });
const start: Execute = ({ executor }, world, commandId) =>
  executor.execute({ ...common(world, commandId), decide, startsStream: true });
/** The key follows from the log, as the key of a refund follows from the recorded answers. */
const ask: Execute = ({ executor }, world, commandId) =>
  executor.executeAsking({
    ...common(world, commandId),
    decide: (count, version) => {
      const keys = world.asked.get(commandId) ?? new Set();
      world.asked.set(commandId, keys.add(`key-${version}`));
      return Promise.resolve(count > stored + 1 ? refuse('too_late', 'two were faster') : accept(counted(1)));
    },
  });

const add: Execute = ({ executor }, world, commandId) =>
  executor.execute({ ...common(world, commandId), decide: () => accept(counted(1)) });
/**
 * Like `add`, but the test appends an event during the first decision. So the command loses although it was decided on
 * the newest state, and takes a turn on the stream.
 */
const loseOnce: Execute = ({ executor }, world, commandId) => {
  let hasLost = false;
  return executor.execute({
    ...common(world, commandId),
    decide: async () => {
      if (!hasLost) {
        hasLost = true;
        const intruder = request({ aggregateId: world.aggregateId, expectedVersion: 'any' });
        await replicas.bed.store.append(intruder);
      }
      return accept(counted(1));
    },
  });
};

function answerOf(outcome: PromiseSettledResult<unknown>): PromiseSettledResult<unknown> {
  if (outcome.status === 'rejected') {
    return outcome;
  }
  const execution = outcome.value as Execution;
  return execution.outcome === 'accepted' ? { ...outcome, value: [execution.result] } : outcome;
}

interface Options {
  readonly isNew?: boolean;
  readonly isInMemory?: boolean;
  /** How the other replica executes; like the first replica by default. */
  readonly there?: Execute;
}

it.each<[string, Execute, Options]>([
  ['decided on a state in memory', execute, { isInMemory: true }],
  ['decided on a state that is read', execute, {}],
  ['that starts its stream', start, { isNew: true }],
  ['that asks', ask, {}],
  ['that asks an outside party, on a state in memory', ask, { isInMemory: true }],
  ['that takes a turn', loseOnce, { there: add }],
])('a command %s has one outcome, whatever another replica commits', async (...row) => {
  const [name, run, { isNew = false, isInMemory = false, there: runThere = run }] = row;
  const { bed, here, there } = replicas;
  const expectedVersion = isNew ? 'none' : stored;
  const wanted = ({ aggregateId }: World, commandId: string, events = 1): { appends: AppendRequest[] } => ({
    appends: [
      request({ aggregateId, expectedVersion, events: manyCounted(events), command: command({ commandId }) }),
    ],
  });
  const appending = async (world: World): Promise<Execution> => ({
    outcome: 'accepted',
    result: await there.store.append({ ...wanted(world, world.theirs).appends[0]!, expectedVersion: 'any' }),
  });
  const rivals = {
    'the same command': (world: World) => runThere(there, world, world.mine),
    'another command': (world: World) => runThere(there, world, world.theirs),
    'an append': appending,
  };
  const { failures, courses } = await walkInterleavings<World>(
    {
      name,
      prepare: async () => {
        const aggregateId = randomUUID();
        if (!isNew) {
          await bed.store.append(request({ aggregateId, events: manyCounted(stored) }));
        }
        if (isInMemory) {
          await here.executor.load(counter, aggregateId);
        }
        return { aggregateId, mine: randomUUID(), theirs: randomUUID(), asked: new Map() };
      },
      work: (world) => run(here, world, world.mine),
      rivals,
      faultsOf: async (world, outcomes, rival) => {
        const [work, other] = [answerOf(outcomes.work), answerOf(outcomes.rival)];
        const isSame = rival === 'the same command';
        const sides = {
          work: wanted(world, world.mine),
          rival: wanted(world, isSame ? world.mine : world.theirs),
        };
        const faults = await faultsOfAnswers(bed.store, sides, { work, rival: other });
        const keys = [...(world.asked.get(world.mine) ?? [])];
        return [
          ...faults,
          ...(isSame && keys.length > 1 ? [`one command asked under ${keys.join(' and ')}`] : []),
        ];
      },
    },
    { server: bed.admin },
  );
  expect(failures).toEqual([]);
  expect(courses.played).toBeGreaterThan(4);
});
