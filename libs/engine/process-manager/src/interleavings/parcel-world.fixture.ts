import type { EventEnvelope } from '@tidemark/kernel';
import { PostgresGroupStore, advanceCheckpoint, type Lease } from '@tidemark/messaging';
import type { Pool } from 'pg';
import { CommandDispatcher } from '../command-dispatcher';
import { commandIdOf } from '../command-id';
import { processManagerSchema as schema } from '../migrate-process-manager';
import { parcelEvent, parcelProcess, type ParcelEvent } from '../parcel.fixture';
import { ProcessEngine } from '../process-engine';
import { attemptsBeforeOverdue } from '../sql/overdue';

const group = 'parcels';
const instanceId = 'p1';
const longMs = 3_600_000;
const by = { actor: 'ada', reason: 'a test' };

/** A separate process with one instance and two partitions, at two replicas. */
export interface World {
  readonly process: string;
  readonly pool: Pool;
  readonly here: Replica;
  readonly there: Replica;
  readonly leases: readonly [Lease, Lease];
  /** The steps whose commands were published, in order. */
  readonly sent: string[];
}

interface Replica {
  readonly engine: ProcessEngine;
  readonly dispatcher: CommandDispatcher;
  readonly groups: PostgresGroupStore;
}

/** An act of a replica on the instance. */
export interface Act {
  readonly run: (world: World, replica: Replica) => Promise<unknown>;
  /**
   * Whether the act is repeated. A repeated act may skip instances that another replica has locked, and handle them the
   * next time.
   */
  readonly isPolled?: true;
}

let worlds = 0;

export async function makeWorld(hereOn: Pool, thereOn: Pool, before: readonly Act[]): Promise<World> {
  worlds += 1;
  const number = worlds;
  const process = `parcel-${number}`;
  const sent: string[] = [];
  const replicaOn = (pool: Pool): Replica => ({
    engine: new ProcessEngine({
      pool,
      definitions: [{ ...parcelProcess(), name: process }],
      giveUpAfterMs: 0,
      advanceCheckpoint: (client, lease, from, to) =>
        advanceCheckpoint(client, { schema, group, lease, from, to }),
      replaceParked: () => Promise.reject(new Error('no stream is parked here')),
    }),
    dispatcher: new CommandDispatcher({
      pool,
      process,
      firstResendMs: longMs,
      maxResendMs: longMs,
      outlet: { publish: ({ type }) => Promise.resolve(void sent.push(type)) },
    }),
    groups: new PostgresGroupStore({ pool, schema, group }),
  });
  const here = replicaOn(hereOn);
  const lease = async (partition: number) => (await here.groups.acquire(partition, 'here', longMs))!;
  const leases = [await lease(number * 2), await lease(number * 2 + 1)] as const;
  const world: World = { process, pool: hereOn, here, there: replicaOn(thereOn), leases, sent };
  for (const act of before) {
    await act.run(world, here);
  }
  return world;
}

/** The nth event of the first or the second partition, which is the same in every world. */
function eventOf(
  world: World,
  from: 0 | 1,
  position: number,
  type: ParcelEvent['type'],
  step?: string,
): EventEnvelope {
  const { partition } = world.leases[from];
  return {
    ...parcelEvent(instanceId, type, { partition, position }),
    eventId: idOf(from, position),
    causationId: commandIdOf(world.process, instanceId, step ?? `caused by another: ${type}`),
  };
}

/** Delivers an event as the partition's owner, who knows its checkpoint. */
function event(from: 0 | 1, position: number, type: ParcelEvent['type'], step?: string): Act {
  return {
    run: (world, { engine }) => {
      const to = { position, eventId: idOf(from, position) };
      const after = { position: position - 1, ...(position > 1 && { eventId: idOf(from, position - 1) }) };
      const events = [eventOf(world, from, position, type, step)];
      return engine.handle({ lease: world.leases[from], after, to, events }, new AbortController().signal);
    },
  };
}

/** The owner's lease has run out without its knowledge. Its successor handles the events after the checkpoint. */
function takeOver(from: 0 | 1, position: number, type: ParcelEvent['type'], step?: string): Act {
  return {
    run: async (world, { engine, groups }) => {
      const { partition } = world.leases[from];
      await groups.release(world.leases[from]);
      const lease = (await groups.acquire(partition, 'successor', longMs))!;
      const after = (await groups.loadCheckpoint(partition))!;
      if (after.position < position) {
        const to = { position, eventId: idOf(from, position) };
        const events = [eventOf(world, from, position, type, step)];
        await engine.handle({ lease, after, to, events }, new AbortController().signal);
      }
    },
  };
}

function idOf(from: 0 | 1, position: number): string {
  return `${from}-${position}`;
}

export const acts = {
  order: event(0, 1, 'ParcelOrdered'),
  'order, by a successor': takeOver(0, 1, 'ParcelOrdered'),
  packed: event(1, 1, 'ParcelPacked', 'pack'),
  'collected early': event(1, 1, 'ParcelCollected', 'collect'),
  collected: event(1, 2, 'ParcelCollected', 'collect'),
  delayed: event(0, 2, 'ParcelDelayed'),
  lost: event(0, 2, 'ParcelLost'),
  found: event(0, 3, 'ParcelFound'),
  timers: { run: (_, { engine }) => engine.fireTimers(10), isPolled: true },
  'give up unanswered': { run: (_, { engine }) => engine.giveUpUnanswered(10), isPolled: true },
  dispatch: { run: (_, { dispatcher }) => dispatcher.dispatchDue(), isPolled: true },
  /** The commands were sent so often that all may count as unanswered. */
  'were sent often': {
    run: ({ pool, process }) =>
      pool.query('UPDATE process_manager.commands SET attempts = $2 WHERE process = $1', [
        process,
        attemptsBeforeOverdue,
      ]),
  },
  retry: { run: (_, { engine }) => engine.retry(instanceId, by) },
  skip: { run: (_, { engine }) => engine.skip(instanceId, by) },
  'force compensation': { run: (_, { engine }) => engine.forceCompensate(instanceId, by) },
} satisfies Record<string, Act>;

export type ActName = keyof typeof acts;

/** The stored rows, by table. */
export type Left = Readonly<Record<string, unknown>>;

/** Everything that a world has stored and sent, without values that differ from world to world. */
export async function leftOf(database: Pool, { process, leases, sent }: World): Promise<Left> {
  const rowsOf = async (text: string, ...values: readonly unknown[]) =>
    (await database.query<Record<string, unknown>>(text, [...values])).rows;
  const [instances, commands, timers, history, checkpoints] = await Promise.all([
    rowsOf(
      `SELECT status, state, parked->>'code' AS parked,
              (SELECT jsonb_agg(event->>'eventId') FROM jsonb_array_elements(deferred) event) AS deferred
         FROM process_manager.instances WHERE process = $1`,
      process,
    ),
    rowsOf(
      `SELECT step, attempts, settled_by, parked_at IS NOT NULL AS parked
         FROM process_manager.commands WHERE process = $1 ORDER BY step`,
      process,
    ),
    rowsOf('SELECT name FROM process_manager.timers WHERE process = $1 ORDER BY name', process),
    rowsOf(
      'SELECT event, action, event_id FROM process_manager.history WHERE process = $1 ORDER BY entry',
      process,
    ),
    rowsOf(
      `SELECT position FROM process_manager.consumer_checkpoints WHERE group_name = $1 AND partition = ANY ($2) ORDER BY partition`,
      group,
      leases.map(({ partition }) => partition),
    ),
  ]);
  return { instances, commands, timers, history, checkpoints, sent: sent.toSorted() };
}
