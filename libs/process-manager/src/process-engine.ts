import type { EventEnvelope } from '@tidemark/kernel';
import type {
  Checkpoint,
  Lease,
  ParkedBatch,
  ParkedStream,
  PartitionBatch,
  PartitionHandler,
} from '@tidemark/messaging';
import { inTransaction } from '@tidemark/postgres';
import type { Pool, PoolClient } from 'pg';
import { DefinitionVersions } from './definition-versions';
import { openInstances, writeInstances, type OpenInstance } from './instance-transaction';
import type { ProcessDefinition } from './process-definition';
import { databaseTime } from './sql/database-time';
import { insertInstances } from './sql/insert-instances';
import { lockInstances } from './sql/lock-instances';
import { lockInstancesWithDueTimers } from './sql/lock-instances-with-due-timers';
import { lockInstancesWithUnansweredCommands } from './sql/lock-instances-with-unanswered-commands';
import { parkCommands } from './sql/park-commands';
import { selectDueTimers } from './sql/select-due-timers';
import { unparkCommands } from './sql/unpark-commands';
import { withStoreFaults } from './store-faults';

export interface ProcessEngineOptions {
  /** Of the runtime role: the tables of `process_manager` and the group's checkpoints are in this database. */
  readonly pool: Pool;
  /** One process, in every version that still has instances. */
  readonly definitions: readonly [ProcessDefinition, ...ProcessDefinition[]];
  /** Moves the group's checkpoint within this client's transaction; throws when the lease is no longer ours. */
  readonly advanceCheckpoint: (
    client: PoolClient,
    lease: Lease,
    from: Checkpoint,
    to: Checkpoint,
  ) => Promise<void>;
  /** Moves the record of a parked stream on within this client's transaction; throws when the lease is no longer ours. */
  readonly replaceParked: (
    client: PoolClient,
    lease: Lease,
    from: ParkedStream,
    to: ParkedStream,
  ) => Promise<void>;
  /** How long a command may stay unanswered before its instance waits for a person. Default one hour. */
  readonly parkAfterMs?: number;
  /** Told after a commit that put commands into the outbox. */
  readonly onCommands?: () => void;
}

/** A change that a person asked for. */
export type RetryOutcome = 'retried' | 'not_found' | 'not_parked';

/**
 * Runs the instances of one process. Everything that an input causes (state, history, commands, timers, checkpoint) is
 * written in one transaction: all of it or nothing. Any number of replicas may work at the same time; they meet at the
 * instances' row locks, always taken in the order of ids, so that they never wait for each other in a circle.
 */
export class ProcessEngine implements PartitionHandler {
  private readonly definitions: DefinitionVersions;
  private readonly parkAfterMs: number;

  constructor(private readonly options: ProcessEngineOptions) {
    this.definitions = new DefinitionVersions(options.definitions);
    this.parkAfterMs = options.parkAfterMs ?? 3_600_000;
  }

  get process(): string {
    return this.definitions.process;
  }

  /**
   * @throws LeaseLostError when another replica has taken the partition: then nothing was written
   * @throws ProcessStoreUnavailableError
   */
  async handle({ lease, after, to, events }: PartitionBatch, signal: AbortSignal): Promise<void> {
    await this.commit(async (client) => {
      const written = await this.react(client, events);
      signal.throwIfAborted();
      await this.options.advanceCheckpoint(client, lease, after, to);
      return written;
    });
  }

  /** Throws what `handle` throws. An event that is given up has left nothing behind: it failed with its transaction. */
  async handleParked({ lease, from, to, events }: ParkedBatch, signal: AbortSignal): Promise<void> {
    await this.commit(async (client) => {
      const written = await this.react(client, events);
      signal.throwIfAborted();
      await this.options.replaceParked(client, lease, from, to);
      return written;
    });
  }

  /** Fires due timers of up to `limit` instances that nobody else works on; returns how many instances there were. */
  async fireTimers(limit: number): Promise<number> {
    let fired = 0;
    await this.commit(async (client) => {
      const locked = await lockInstancesWithDueTimers(client, this.process, limit);
      fired = locked.length;
      const open = await this.open(client, locked);
      for (const timer of await selectDueTimers(client, this.process, [...open.keys()])) {
        open.get(timer.instance_id)?.run.timer(timer.name, timer.due_at.toISOString());
      }
      return this.write(client, open);
    });
    return fired;
  }

  /** Parks up to `limit` instances whose commands have been unanswered for too long; returns how many. */
  async parkUnanswered(limit: number): Promise<number> {
    let parked = 0;
    await this.commit(async (client) => {
      const { process, parkAfterMs } = this;
      const locked = await lockInstancesWithUnansweredCommands(client, process, parkAfterMs, limit);
      parked = locked.length;
      const open = await this.open(client, locked);
      const now = await databaseTime(client);
      for (const { run, outstanding } of open.values()) {
        const overdue = outstanding
          .filter((row) => row.is_overdue && !row.is_parked)
          .map((row) => row.command_id);
        run.parkUnanswered(new Set(overdue), now);
        await parkCommands(client, overdue);
      }
      return this.write(client, open);
    });
    return parked;
  }

  /** Lets a parked instance try again: its commands are sent anew, and the process is told. `actor` goes into the history. */
  async retry(instanceId: string, actor: string): Promise<RetryOutcome> {
    let outcome: RetryOutcome = 'not_found';
    await this.commit(async (client) => {
      const locked = await lockInstances(client, this.process, [instanceId]);
      const open = await this.open(client, locked);
      const run = open.get(instanceId)?.run;
      if (!run) {
        return 0;
      }
      if (run.status() !== 'PARKED') {
        outcome = 'not_parked';
        return 0;
      }
      outcome = 'retried';
      await unparkCommands(client, this.process, instanceId);
      run.retry(actor, await databaseTime(client));
      return 1 + (await this.write(client, open));
    });
    return outcome;
  }

  private async react(client: PoolClient, events: readonly EventEnvelope[]): Promise<number> {
    const correlated = this.correlate(events);
    if (correlated.length === 0) {
      return 0;
    }
    await this.start(client, correlated);
    const ids = [...new Set(correlated.map(({ instanceId }) => instanceId))];
    const open = await this.open(client, await lockInstances(client, this.process, ids));
    for (const { event, instanceId } of correlated) {
      open.get(instanceId)?.run.event(event);
    }
    return this.write(client, open);
  }

  private correlate(events: readonly EventEnvelope[]): { event: EventEnvelope; instanceId: string }[] {
    const definition = this.definitions.newest;
    return events.flatMap((event) => {
      const instanceId = definition.eventTypes.includes(event.type) ? definition.correlate(event) : undefined;
      return instanceId === undefined ? [] : [{ event, instanceId }];
    });
  }

  private async start(
    client: PoolClient,
    correlated: readonly { event: EventEnvelope; instanceId: string }[],
  ): Promise<void> {
    const { newest } = this.definitions;
    const starting = new Map(
      correlated
        .filter(({ event }) => newest.startsOn.includes(event.type))
        .map(({ event, instanceId }) => [instanceId, event] as const),
    );
    if (starting.size === 0) {
      return;
    }
    const rows = [...starting].map(([instanceId, event]) => {
      const state = newest.initial(instanceId);
      return {
        instance_id: instanceId,
        definition_version: newest.version,
        status: newest.status(state),
        state,
        correlation_id: event.correlationId,
      };
    });
    await insertInstances(client, this.process, rows);
  }

  private open(
    client: PoolClient,
    locked: Awaited<ReturnType<typeof lockInstances>>,
  ): Promise<ReadonlyMap<string, OpenInstance>> {
    return openInstances(client, this.definitions, locked, this.parkAfterMs);
  }

  private write(client: PoolClient, open: ReadonlyMap<string, OpenInstance>): Promise<number> {
    const runs = [...open.values()].map(({ run }) => run);
    return writeInstances(client, this.process, runs);
  }

  private async commit(work: (client: PoolClient) => Promise<number>): Promise<void> {
    const newCommands = await withStoreFaults(() => inTransaction(this.options.pool, work));
    if (newCommands > 0) {
      this.options.onCommands?.();
    }
  }
}
