import type { EventEnvelope } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import {
  InstanceRun,
  type InstanceChange,
  type OutstandingCommand,
  type PersonAct,
  type ProcessInstance,
} from '@tidemark/process-manager';
import type { Fulfilment } from '../fulfilment';
import type { OrderFulfilment } from '../order-fulfilment';
import type { CrashPoints } from './crash-points.fixture';

interface StoredInstance {
  readonly instance: ProcessInstance;
  readonly outstanding: readonly OutstandingCommand[];
}

export interface OutboxEntry {
  readonly id: string;
  readonly command: CommandEnvelope;
  attempts: number;
  dueAt: number;
  firstSentAt?: number;
  isParked: boolean;
}

/** What an instance was told, and committed. */
export type ToldInput =
  | { readonly event: EventEnvelope }
  | { readonly timer: string; readonly at: string }
  | { readonly person: PersonAct; readonly at: string }
  | { readonly unanswered: readonly string[]; readonly at: string };

interface SetTimer {
  readonly id: string;
  readonly name: string;
  readonly dueAt: string;
  /** Whether it waits with its instance for a person. */
  isParked: boolean;
}

const firstResendMs = 2_000;
const maxResendMs = 60_000;
const parkAfterMs = 60 * 60_000;

/** The engine's own code for an instance, with its tables in memory. What is not committed did not happen. */
export class MemoryProcessManager {
  readonly outbox = new Map<string, OutboxEntry>();
  readonly timers = new Map<string, SetTimer>();
  /** By instance. */
  readonly told = new Map<string, ToldInput[]>();
  /** How often an instance has come to an end. */
  ends = 0;
  private readonly instances = new Map<string, StoredInstance>();
  private readonly cursors = new Map<string, number>();
  private readonly answered = new Set<string>();

  constructor(
    private readonly definition: OrderFulfilment,
    private readonly crashes: CrashPoints,
    private readonly now: () => number,
    /** Whether states are copied, which shows that they are plain data. Without copies, stories run faster. */
    private readonly copies = true,
  ) {}

  find(id: string): ProcessInstance<Fulfilment> | undefined {
    return this.instances.get(id)?.instance as ProcessInstance<Fulfilment> | undefined;
  }

  /** What is sent no more until a person has looked. */
  unansweredOf(id: string): string[] {
    const outstanding = this.instances.get(id)?.outstanding ?? [];
    return outstanding.filter(({ isParked }) => isParked).map(({ step }) => step);
  }

  /** Commands that are sent when they are due. */
  sendable(): OutboxEntry[] {
    return [...this.outbox.values()].filter(({ isParked }) => !isParked);
  }

  /** Instances with a command that was sent for an hour. */
  overdue(): string[] {
    const overdue = this.sendable().filter(this.isOverdue);
    return overdue.length === 0 ? [] : [...new Set(overdue.map(({ id }) => id))];
  }

  /** The commands of an instance that have been unanswered for an hour. */
  overdueOf(id: string): CommandEnvelope[] {
    return this.sendable()
      .filter((entry) => entry.id === id && this.isOverdue(entry))
      .map(({ command }) => command);
  }

  cursorOf(partition: string): number {
    return this.cursors.get(partition) ?? 0;
  }

  /** Starts the process at a position: it takes no event up to there. */
  startAfter(partition: string, position: number): void {
    this.cursors.set(partition, position);
  }

  /** Events of one partition, in their order, and the checkpoint behind them, in one transaction. */
  take(partition: string, events: readonly EventEnvelope[]): void {
    const runs = this.react(events);
    this.crashes.call('process.commit', () => {
      runs.forEach(({ run, told }, id) => this.write(id, run, ...told.map((event) => ({ event }))));
      this.cursors.set(partition, this.cursorOf(partition) + events.length);
    });
  }

  /** A command that the broker did not take has used no attempt, and is due again soon. */
  giveBack(entry: OutboxEntry): void {
    if (entry.attempts === 0) {
      return;
    }
    entry.dueAt = this.now() + firstResendMs;
    entry.attempts -= 1;
    if (entry.attempts === 0) {
      delete entry.firstSentAt;
    }
  }

  /** Timers that fire when they are due, without the parked ones. */
  setTimers(): SetTimer[] {
    return [...this.timers.values()].filter(({ isParked }) => !isParked);
  }

  fire(key: string): void {
    const { id, name, dueAt } = this.timers.get(key)!;
    const run = this.open(id);
    run.timer(name, dueAt);
    this.crashes.call('process.commit', () => this.write(id, run, { timer: name, at: dueAt }));
  }

  parkUnanswered(id: string): void {
    const run = this.open(id);
    const at = this.time();
    const entries = this.sendable().filter((entry) => entry.id === id && this.isOverdue(entry));
    const ids = new Set(entries.map(({ command }) => command.commandId));
    run.parkUnanswered(ids, at);
    const { outstanding } = this.instances.get(id)!;
    const unanswered = outstanding.filter(({ commandId }) => ids.has(commandId)).map(({ step }) => step);
    this.crashes.call('process.commit', () => {
      this.write(id, run, { unanswered, at });
      const before = outstanding.filter(({ isParked }) => isParked).map(({ commandId }) => commandId);
      this.setParked(id, new Set([...before, ...ids]));
    });
  }

  /** A person asks for it; nothing happens where it is not possible. */
  ask(id: string, act: PersonAct): void {
    const run = this.open(id);
    const at = this.time();
    if (carryOut(run, act, at)) {
      this.crashes.call('process.commit', () => {
        this.write(id, run, { person: act, at });
        this.setParked(id, new Set());
        const sentAnew = this.sendable().filter((entry) => entry.id === id);
        sentAnew.forEach((entry) => {
          entry.attempts = 0;
          entry.dueAt = this.now();
          delete entry.firstSentAt;
        });
      });
    }
  }

  /** As the dispatcher does: due again first, then published, so that a crash in between costs time only. */
  claim(entry: OutboxEntry): CommandEnvelope {
    return this.crashes.call('outbox.claim', () => {
      entry.dueAt = this.now() + Math.min(firstResendMs * 2 ** entry.attempts, maxResendMs);
      entry.attempts += 1;
      entry.firstSentAt ??= this.now();
      return entry.command;
    });
  }

  private readonly isOverdue = ({ firstSentAt }: OutboxEntry) =>
    firstSentAt !== undefined && firstSentAt + parkAfterMs <= this.now();

  private time(): string {
    return new Date(this.now()).toISOString();
  }

  /** These commands of an instance, and no others of it. */
  private setParked(id: string, commandIds: ReadonlySet<string>): void {
    const { instance, outstanding } = this.instances.get(id)!;
    const isParked = ({ commandId }: { readonly commandId: string }) => commandIds.has(commandId);
    this.instances.set(id, {
      instance,
      outstanding: outstanding.map((command) => ({ ...command, isParked: isParked(command) })),
    });
    for (const entry of this.outbox.values()) {
      if (entry.id === id) {
        entry.isParked = isParked(entry.command);
      }
    }
  }

  private react(events: readonly EventEnvelope[]) {
    const runs = new Map<string, { readonly run: InstanceRun; readonly told: EventEnvelope[] }>();
    for (const event of events) {
      const id = this.definition.eventTypes.some((type) => type === event.type)
        ? this.definition.correlate(event as never)
        : undefined;
      const isKnown = id !== undefined && (runs.has(id) || this.instances.has(id));
      if (id !== undefined && (isKnown || this.definition.startsOn.some((type) => type === event.type))) {
        const { run, told } = runs.get(id) ?? { run: this.open(id), told: [] };
        runs.set(id, { run, told: [...told, event] });
        run.event(event);
      }
    }
    return runs;
  }

  private writeTimers(id: string, { timers, parkedTimers, releasesTimers }: InstanceChange): void {
    if (releasesTimers) {
      const own = [...this.timers.values()].filter((timer) => timer.id === id);
      own.forEach((timer) => (timer.isParked = false));
    }
    for (const [name, dueAt] of timers) {
      const key = `${id} ${name}`;
      if (dueAt === undefined) {
        this.timers.delete(key);
      } else {
        this.timers.set(key, { id, name, dueAt, isParked: parkedTimers.has(name) });
      }
    }
  }

  private open(id: string): InstanceRun {
    const stored = this.instances.get(id);
    return stored
      ? new InstanceRun(this.definition, stored.instance, stored.outstanding)
      : (InstanceRun.start(this.definition, id) as InstanceRun);
  }

  private write(id: string, run: InstanceRun, ...told: readonly ToldInput[]): void {
    const before = this.told.get(id);
    if (before) {
      before.push(...told);
    } else {
      this.told.set(id, [...told]);
    }
    const change = run.change();
    if (!change) {
      return;
    }
    const repeated = change.commands.filter(({ envelope }) => this.answered.has(envelope.commandId));
    if (repeated.length > 0) {
      throw new Error(`asked again: ${repeated.map(({ step }) => step).join(', ')}`);
    }
    for (const { commandId } of change.settled) {
      this.answered.add(commandId);
      this.outbox.delete(commandId);
    }
    for (const { envelope } of change.commands) {
      if (!this.answered.has(envelope.commandId)) {
        const entry = { id, command: envelope, attempts: 0, dueAt: this.now(), isParked: false };
        this.outbox.set(envelope.commandId, entry);
      }
    }
    this.writeTimers(id, change);
    const waiting = this.instances.get(id)?.outstanding ?? [];
    const asked = change.commands.map(({ step, envelope }) => ({
      commandId: envelope.commandId,
      step,
      isParked: false,
    }));
    const outstanding = [...waiting, ...asked].filter(({ commandId }) => !this.answered.has(commandId));
    // As through a database: what is not plain data would not come back.
    const { instance } = change;
    const state = this.copies ? (JSON.parse(JSON.stringify(instance.state)) as unknown) : instance.state;
    this.instances.set(id, { instance: { ...instance, state }, outstanding });
    this.ends += change.endedAs ? 1 : 0;
  }
}

/** False when it is not possible. */
export function carryOut(run: InstanceRun, act: PersonAct, at: string): boolean {
  const request = { actor: 'admin', reason: 'test', at };
  switch (act) {
    case 'retry':
      if (run.status() !== 'PARKED') {
        return false;
      }
      run.retry(request);
      return true;
    case 'skip':
      return run.status() === 'PARKED' && run.skip(request);
    case 'force_compensate':
      return run.forceCompensate(request);
    default:
      return act satisfies never;
  }
}
