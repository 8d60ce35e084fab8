import type { EventEnvelope } from '@tidemark/kernel';
import type { ParkedBatch, PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import { DefinitionVersions } from '../definition-versions';
import type { EngineHooks } from '../engine-hooks';
import { InstanceRun } from '../instance-run';
import type { PersonRequest, ProcessDefinition } from '../process-definition';
import type { RequestedBy, RequestOutcome } from '../process-engine';
import { newInstance, type ProcessInstance } from '../process-instance';
import { isRetryable } from '../store-faults';
import { stored, type InMemoryProcess } from './in-memory-process';

export interface InMemoryProcessEngineOptions {
  readonly tables: InMemoryProcess;
  /** One process, in every version that still has instances. */
  readonly definitions: readonly [ProcessDefinition, ...ProcessDefinition[]];
  readonly hooks?: EngineHooks;
}

type Runs = ReadonlyMap<string, InstanceRun>;

/**
 * `ProcessEngine` without a database, for tests: the same code for each instance, and the same outcomes. Everything
 * that an input causes is written in one step, in which nothing else happens.
 */
export class InMemoryProcessEngine implements PartitionHandler {
  private readonly definitions: DefinitionVersions;

  constructor(private readonly options: InMemoryProcessEngineOptions) {
    this.definitions = new DefinitionVersions(options.definitions);
  }

  get process(): string {
    return this.definitions.process;
  }

  /** Throws what `ProcessEngine.handle` throws, except for faults of a database. */
  async handle({ lease, after, to, events }: PartitionBatch, signal: AbortSignal): Promise<void> {
    this.react(events, () => {
      signal.throwIfAborted();
      this.options.tables.group.move(lease, after, to);
    });
  }

  async handleParked({ lease, from, to, events }: ParkedBatch, signal: AbortSignal): Promise<void> {
    this.react(events, () => {
      signal.throwIfAborted();
      this.options.tables.parked.replaceNow(lease, from, to);
    });
  }

  /** Fires the due timers of up to `limit` instances. Returns the number of instances. */
  async fireTimers(limit: number): Promise<number> {
    const due = this.options.tables.dueTimers().map(({ instanceId }) => instanceId);
    const ids = [...new Set(due)].filter((id) => this.isKnown(id)).slice(0, limit);
    ids.forEach((id) => this.fire(id));
    return ids.length;
  }

  /** Gives up commands that were unanswered for too long, of up to `limit` instances. Returns their number. */
  async giveUpUnanswered(limit: number): Promise<number> {
    const { tables, hooks } = this.options;
    const overdue = tables.outbox.overdue();
    const ids = [...new Set(overdue.map(({ instanceId }) => instanceId))]
      .filter((id) => this.isKnown(id))
      .slice(0, limit);
    for (const id of ids) {
      const commandIds = overdue
        .filter(({ instanceId }) => instanceId === id)
        .map(({ envelope }) => envelope.commandId);
      const run = this.open(id);
      run.giveUpUnanswered(new Set(commandIds), this.time());
      this.commit(new Map([[id, run]]));
      tables.outbox.giveUp(commandIds);
      hooks?.onUnanswered?.(commandIds.length);
    }
    return ids.length;
  }

  retry(instanceId: string, by: RequestedBy): Promise<RequestOutcome> {
    return this.carryOut(instanceId, by, (run, request) => {
      if (run.status() !== 'STUCK') {
        return 'not_stuck';
      }
      run.retry(request);
      return 'done';
    });
  }

  skip(instanceId: string, by: RequestedBy): Promise<RequestOutcome> {
    return this.carryOut(instanceId, by, (run, request) => {
      if (run.status() !== 'STUCK') {
        return 'not_stuck';
      }
      return run.skip(request) ? 'done' : 'not_possible';
    });
  }

  forceCompensate(instanceId: string, by: RequestedBy): Promise<RequestOutcome> {
    return this.carryOut(instanceId, by, (run, request) =>
      run.forceCompensate(request) ? 'done' : 'not_possible',
    );
  }

  private async carryOut(
    instanceId: string,
    by: RequestedBy,
    act: (run: InstanceRun, request: PersonRequest) => RequestOutcome,
  ): Promise<RequestOutcome> {
    const { tables, hooks } = this.options;
    if (!tables.instances.has(instanceId)) {
      return 'not_found';
    }
    const run = this.open(instanceId);
    const outcome = act(run, { ...by, at: this.time() });
    if (outcome === 'done') {
      this.commit(new Map([[instanceId, run]]));
      tables.outbox.sendAnew(instanceId);
      hooks?.onCommands?.();
    }
    return outcome;
  }

  /** When the timers can't be handled, for example because a step is repeated, the instance is stuck. */
  private fire(id: string): void {
    const due = this.options.tables.dueTimers(id);
    try {
      const run = this.open(id);
      const handled = due.filter(({ name, dueAt }) => run.timer(name, dueAt));
      this.commit(new Map([[id, run]]));
      handled.forEach(({ name }) => this.options.hooks?.onTimer?.(name));
    } catch (error) {
      if (isRetryable(error)) {
        throw error;
      }
      const run = this.open(id);
      due.forEach(({ name, dueAt }) => run.timerFailed(name, dueAt, error));
      this.commit(new Map([[id, run]]));
    }
  }

  /** @param guard throws if nothing may be written */
  private react(events: readonly EventEnvelope[], guard: () => void): void {
    const { tables } = this.options;
    const correlated = this.definitions.correlate(events);
    const { newest } = this.definitions;
    const begun = new Map(
      correlated
        .filter(
          ({ event, instanceId }) =>
            newest.startsOn.includes(event.type) && !tables.instances.has(instanceId),
        )
        .map(({ event, instanceId }) => [instanceId, newInstance(newest, instanceId, event.correlationId)]),
    );
    const runs = new Map<string, InstanceRun>();
    for (const { event, instanceId } of correlated) {
      const instance = tables.instances.get(instanceId)?.instance ?? begun.get(instanceId);
      if (instance) {
        const run = runs.get(instanceId) ?? this.runOf(instance);
        runs.set(instanceId, run);
        run.event(event);
      }
    }
    this.commit(runs, () => {
      guard();
      begun.forEach((instance) => tables.begin(instance));
    });
  }

  /** Writes all changes, after `guard` has let them pass. */
  private commit(runs: Runs, guard: () => void = () => {}): void {
    const { tables, hooks } = this.options;
    const changes = [...runs.values()].map((run) => run.change()).filter((change) => change !== undefined);
    tables.requireNew(this.process, changes);
    guard();
    tables.write(changes);
    if (changes.some(({ commands }) => commands.length > 0)) {
      hooks?.onCommands?.();
    }
    changes.forEach(({ endedAs }) => endedAs && hooks?.onEnded?.(endedAs));
  }

  private open(id: string): InstanceRun {
    return this.runOf(this.options.tables.instances.get(id)!.instance);
  }

  private runOf(instance: ProcessInstance): InstanceRun {
    const outstanding = this.options.tables.outbox
      .outstanding(instance.instanceId)
      .map(({ envelope, step, isGivenUp }) => ({ commandId: envelope.commandId, step, isGivenUp }));
    return new InstanceRun(this.definitions.of(instance.definitionVersion), stored(instance), outstanding);
  }

  private isKnown(id: string): boolean {
    const version = this.options.tables.instances.get(id)?.instance.definitionVersion;
    return version !== undefined && this.definitions.known.includes(version);
  }

  private time(): string {
    return new Date(this.options.tables.now()).toISOString();
  }
}
