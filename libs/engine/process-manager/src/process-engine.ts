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
import type { EngineHooks } from './engine-hooks';
import {
  nothingWritten,
  openInstances,
  writeInstances,
  type OpenInstance,
  type Written,
} from './instance-transaction';
import type { InstanceRun } from './instance-run';
import type { PersonRequest, ProcessDefinition } from './process-definition';
import { newInstance, type ProcessInstance } from './process-instance';
import { databaseTime } from './sql/database-time';
import { insertInstances } from './sql/insert-instances';
import { lockInstances } from './sql/lock-instances';
import { lockInstancesWithDueTimers } from './sql/lock-instances-with-due-timers';
import { lockInstancesWithUnansweredCommands } from './sql/lock-instances-with-unanswered-commands';
import { giveUpCommands } from './sql/give-up-commands';
import { selectDueTimers } from './sql/select-due-timers';
import { resendCommands } from './sql/resend-commands';
import { isRetryable, withStoreFaults } from './store-faults';

export interface ProcessEngineOptions {
  /**
   * Connections in the runtime role. The tables of `process_manager` and the group's checkpoints are in this database.
   */
  readonly pool: Pool;
  /** One process, in every version that still has instances. */
  readonly definitions: readonly [ProcessDefinition, ...ProcessDefinition[]];
  /** Moves the group's checkpoint within this client's transaction. Throws if this replica no longer has the lease. */
  readonly advanceCheckpoint: (
    client: PoolClient,
    lease: Lease,
    from: Checkpoint,
    to: Checkpoint,
  ) => Promise<void>;
  /** Moves the record of a parked stream within this client's transaction. Throws if the lease was lost. */
  readonly replaceParked: (
    client: PoolClient,
    lease: Lease,
    from: ParkedStream,
    to: ParkedStream,
  ) => Promise<void>;
  /** How long a command may stay unanswered before its instance is stuck, once it was sent five times. Default 1 h. */
  readonly giveUpAfterMs?: number;
  readonly hooks?: EngineHooks;
}

/** The operator of a request, and the reason. Both go into the history. */
export type RequestedBy = Omit<PersonRequest, 'at'>;

/** The outcome of an operator's request. Except for `done`, nothing has changed. */
export type RequestOutcome = 'done' | 'not_found' | 'not_stuck' | 'not_possible';

/**
 * Runs the instances of one process. Everything that an input causes (state, history, commands, timers, checkpoint) is
 * written in one transaction: all of it or nothing. Any number of replicas may work at the same time. They lock the
 * rows of instances in the order of ids, so they never deadlock.
 */
export class ProcessEngine implements PartitionHandler {
  private readonly definitions: DefinitionVersions;
  private readonly giveUpAfterMs: number;

  constructor(private readonly options: ProcessEngineOptions) {
    this.definitions = new DefinitionVersions(options.definitions);
    this.giveUpAfterMs = options.giveUpAfterMs ?? 3_600_000;
  }

  get process(): string {
    return this.definitions.process;
  }

  /**
   * @throws LeaseLostError when another replica has taken the partition: then nothing was written
   * @throws StoreUnavailableError
   * @throws UnknownDefinitionVersionError when an instance is of another release's version: the partition waits
   * @throws StepRepeatedError
   */
  async handle({ lease, after, to, events }: PartitionBatch, signal: AbortSignal): Promise<void> {
    await this.commit(async (client) => {
      const written = await this.react(client, events);
      signal.throwIfAborted();
      await this.options.advanceCheckpoint(client, lease, after, to);
      return written;
    });
  }

  /**
   * Throws the same errors as `handle`. A failed event has left no changes, because its transaction was rolled back.
   */
  async handleParked({ lease, from, to, events }: ParkedBatch, signal: AbortSignal): Promise<void> {
    await this.commit(async (client) => {
      const written = await this.react(client, events);
      signal.throwIfAborted();
      await this.options.replaceParked(client, lease, from, to);
      return written;
    });
  }

  /**
   * Fires due timers of up to `limit` instances that no other transaction works on. Returns the number of instances.
   * None of these timers stays due: if a timer can't be handled, it is held, and its instance is stuck.
   */
  async fireTimers(limit: number): Promise<number> {
    const { known } = this.definitions;
    let ids: readonly string[] = [];
    try {
      return await this.fire(async (client) => {
        const locked = await lockInstancesWithDueTimers(client, this.process, known, limit);
        ids = locked.map(({ instanceId }) => instanceId);
        return locked;
      });
    } catch (error) {
      if (isRetryable(error)) {
        throw error;
      }
    }
    // One instance can't be written, for example because it asks again for an answered step. It must not stop other
    // instances.
    for (const id of ids) {
      await this.fireAlone(id);
    }
    return ids.length;
  }

  /**
   * Gives up commands that have been unanswered for too long, of up to `limit` instances. Returns the number of
   * instances.
   */
  async giveUpUnanswered(limit: number): Promise<number> {
    let instances = 0;
    let commands = 0;
    await this.commit(async (client) => {
      const { process, giveUpAfterMs } = this;
      const { known } = this.definitions;
      const locked = await lockInstancesWithUnansweredCommands(client, process, known, giveUpAfterMs, limit);
      instances = locked.length;
      const open = await this.open(client, locked);
      const now = await databaseTime(client);
      for (const { run, outstanding } of open.values()) {
        const overdue = outstanding
          .filter((row) => row.is_overdue && !row.is_given_up)
          .map((row) => row.command_id);
        run.giveUpUnanswered(new Set(overdue), now);
        await giveUpCommands(client, overdue);
        commands += overdue.length;
      }
      return this.write(client, open);
    });
    if (commands > 0) {
      this.options.hooks?.onUnanswered?.(commands);
    }
    return instances;
  }

  /** Lets a stuck instance try again: its commands are sent again, and the process gets the request as an input. */
  retry(instanceId: string, by: RequestedBy): Promise<RequestOutcome> {
    return this.carryOut(instanceId, by, (run, request) => {
      if (run.status() !== 'STUCK') {
        return 'not_stuck';
      }
      run.retry(request);
      return 'done';
    });
  }

  /** Lets a stuck instance continue without the reason for which it is stuck, if its process allows that. */
  skip(instanceId: string, by: RequestedBy): Promise<RequestOutcome> {
    return this.carryOut(instanceId, by, (run, request) => {
      if (run.status() !== 'STUCK') {
        return 'not_stuck';
      }
      return run.skip(request) ? 'done' : 'not_possible';
    });
  }

  /** Undoes an instance's steps so far, if that is possible, even if the instance is not stuck. */
  forceCompensate(instanceId: string, by: RequestedBy): Promise<RequestOutcome> {
    return this.carryOut(instanceId, by, (run, request) =>
      run.forceCompensate(request) ? 'done' : 'not_possible',
    );
  }

  private async fire(lock: (client: PoolClient) => Promise<readonly ProcessInstance[]>): Promise<number> {
    let instances = 0;
    const handled: string[] = [];
    await this.commit(async (client) => {
      const open = await this.open(client, await lock(client));
      // Read under the locks, because another runner may have fired these timers before we got the locks.
      const due = await selectDueTimers(client, this.process, [...open.keys()]);
      instances = new Set(due.map(({ instance_id }) => instance_id)).size;
      for (const { instance_id, name, due_at } of due) {
        if (open.get(instance_id)!.run.timer(name, due_at.toISOString())) {
          handled.push(name);
        }
      }
      return this.write(client, open);
    });
    handled.forEach((name) => this.options.hooks?.onTimer?.(name));
    return instances;
  }

  /**
   * Fires the timers of one instance in a transaction of its own. When that can't be written, the instance is stuck.
   */
  private async fireAlone(id: string): Promise<void> {
    const lock = (client: PoolClient) => lockInstances(client, this.process, [id]);
    try {
      await this.fire(lock);
    } catch (error) {
      if (isRetryable(error)) {
        throw error;
      }
      await this.commit(async (client) => {
        const open = await this.open(client, await lock(client));
        for (const { name, due_at } of await selectDueTimers(client, this.process, [id])) {
          open.get(id)!.run.timerFailed(name, due_at.toISOString(), error);
        }
        return this.write(client, open);
      });
    }
  }

  private async carryOut(
    instanceId: string,
    by: RequestedBy,
    act: (run: InstanceRun, request: PersonRequest) => RequestOutcome,
  ): Promise<RequestOutcome> {
    let outcome: RequestOutcome = 'not_found';
    await this.commit(async (client) => {
      const open = await this.open(client, await lockInstances(client, this.process, [instanceId]));
      const run = open.get(instanceId)?.run;
      if (!run) {
        return nothingWritten;
      }
      outcome = act(run, { ...by, at: await databaseTime(client) });
      if (outcome !== 'done') {
        return nothingWritten;
      }
      const written = await this.write(client, open);
      // Unanswered commands are sent again.
      await resendCommands(client, this.process, instanceId);
      return { ...written, areCommandsDue: true };
    });
    return outcome;
  }

  private async react(client: PoolClient, events: readonly EventEnvelope[]): Promise<Written> {
    const correlated = this.definitions.correlate(events);
    if (correlated.length === 0) {
      return nothingWritten;
    }
    await this.start(client, correlated);
    const ids = [...new Set(correlated.map(({ instanceId }) => instanceId))];
    const open = await this.open(client, await lockInstances(client, this.process, ids));
    for (const { event, instanceId } of correlated) {
      open.get(instanceId)?.run.event(event);
    }
    return this.write(client, open);
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
    const instances = [...starting].map(([id, { correlationId }]) => newInstance(newest, id, correlationId));
    await insertInstances(client, this.process, instances);
  }

  private open(
    client: PoolClient,
    locked: readonly ProcessInstance[],
  ): Promise<ReadonlyMap<string, OpenInstance>> {
    return openInstances(client, this.definitions, locked, this.giveUpAfterMs);
  }

  private write(client: PoolClient, open: ReadonlyMap<string, OpenInstance>): Promise<Written> {
    const runs = [...open.values()].map(({ run }) => run);
    return writeInstances(client, this.process, runs);
  }

  private async commit(work: (client: PoolClient) => Promise<Written>): Promise<void> {
    const { areCommandsDue, ended } = await withStoreFaults(() => inTransaction(this.options.pool, work));
    const { hooks } = this.options;
    if (areCommandsDue) {
      hooks?.onCommands?.();
    }
    ended.forEach((status) => hooks?.onEnded?.(status));
  }
}
