import { InMemoryGroupStore, InMemoryGroupTables, InMemoryParkedStore } from '@tidemark/messaging';
import { StepRepeatedError } from '../errors';
import type { InstanceChange } from '../instance-draft';
import type { HistoryEntry, ProcessInstance } from '../process-instance';
import { InMemoryOutbox } from './in-memory-outbox';

export interface StoredInstance {
  readonly instance: ProcessInstance;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface SetTimer {
  readonly instanceId: string;
  readonly name: string;
  readonly dueAt: string;
  /** Whether it waits for an operator, with its instance. */
  readonly isHeld: boolean;
}

export interface InMemoryProcessOptions {
  /** The clock of timers and commands; the system's by default. */
  readonly clock?: () => Date;
  /** How long a command may stay unanswered before its instance is stuck, once it was sent five times. Default 1 h. */
  readonly giveUpAfterMs?: number;
}

/**
 * Everything that one process has stored, without a database, for tests: instances, timers, commands, and the leases,
 * checkpoints and parked streams of its consumer group. Nothing survives the process.
 */
export class InMemoryProcess {
  readonly group = new InMemoryGroupStore(new InMemoryGroupTables());
  readonly parked = new InMemoryParkedStore(this.group);
  readonly outbox: InMemoryOutbox;
  readonly giveUpAfterMs: number;
  readonly instances = new Map<string, StoredInstance>();
  private readonly timers = new Map<string, SetTimer>();
  private readonly histories = new Map<string, HistoryEntry[]>();
  private readonly clock: () => Date;

  constructor({ clock = () => new Date(), giveUpAfterMs = 3_600_000 }: InMemoryProcessOptions = {}) {
    this.clock = clock;
    this.giveUpAfterMs = giveUpAfterMs;
    this.outbox = new InMemoryOutbox(() => this.now(), giveUpAfterMs);
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.clock().getTime();
  }

  /** The timers of one instance or of all, by due time. */
  timersOf(instanceId?: string): readonly SetTimer[] {
    return [...this.timers.values()]
      .filter((timer) => instanceId === undefined || timer.instanceId === instanceId)
      .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt) || (a.name < b.name ? -1 : 1));
  }

  dueTimers(instanceId?: string): readonly SetTimer[] {
    return this.timersOf(instanceId).filter(
      ({ dueAt, isHeld }) => !isHeld && Date.parse(dueAt) <= this.now(),
    );
  }

  historyOf(instanceId: string): readonly HistoryEntry[] {
    return this.histories.get(instanceId) ?? [];
  }

  /** @throws StepRepeatedError if a change asks again for a command that has its answer; then nothing was written */
  requireNew(process: string, changes: readonly InstanceChange[]): void {
    const repeated = changes.flatMap(({ instance, commands }) =>
      commands
        .filter(({ envelope }) => this.outbox.isAnswered(envelope.commandId))
        .map(({ step }) => `${step} of ${instance.instanceId}`),
    );
    if (repeated.length > 0) {
      throw new StepRepeatedError(process, repeated);
    }
  }

  begin(instance: ProcessInstance): void {
    this.instances.set(instance.instanceId, { instance: stored(instance), createdAt: this.now() });
  }

  write(changes: readonly InstanceChange[]): void {
    changes.forEach((change) => this.writeOne(change));
  }

  private writeOne({ instance, commands, settled, history, ...change }: InstanceChange): void {
    const { instanceId } = instance;
    const { createdAt } = this.instances.get(instanceId)!;
    this.instances.set(instanceId, { instance: stored(instance), createdAt });
    commands.forEach((command) => this.outbox.add(instanceId, stored(command)));
    settled.forEach(({ commandId }) => this.outbox.settle(commandId));
    this.writeTimers(instanceId, change);
    this.histories.set(instanceId, [...this.historyOf(instanceId), ...history]);
  }

  private writeTimers(
    instanceId: string,
    { timers, heldTimers, releasesTimers }: Pick<InstanceChange, 'timers' | 'heldTimers' | 'releasesTimers'>,
  ): void {
    const keyOf = (name: string) => JSON.stringify([instanceId, name]);
    for (const timer of releasesTimers ? this.timersOf(instanceId) : []) {
      this.timers.set(keyOf(timer.name), { ...timer, isHeld: false });
    }
    for (const [name, dueAt] of timers) {
      if (dueAt === undefined) {
        this.timers.delete(keyOf(name));
      } else {
        this.timers.set(keyOf(name), { instanceId, name, dueAt, isHeld: heldTimers.has(name) });
      }
    }
  }
}

/** As a database gives it back: a copy, of plain data alone. */
export function stored<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
