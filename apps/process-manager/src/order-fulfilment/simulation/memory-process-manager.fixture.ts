import type { EventEnvelope } from '@tidemark/kernel';
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
import { MemoryOutbox } from './memory-outbox.fixture';

interface StoredInstance {
  readonly instance: ProcessInstance;
  readonly outstanding: readonly OutstandingCommand[];
}

/** The committed inputs of an instance. */
export type ToldInput =
  | { readonly event: EventEnvelope }
  | { readonly timer: string; readonly at: string }
  | { readonly person: PersonAct; readonly at: string }
  | { readonly unanswered: readonly string[]; readonly at: string };

interface SetTimer {
  readonly id: string;
  readonly name: string;
  readonly dueAt: string;
  /** The same moment, as a number. */
  readonly dueAtMs: number;
  /** Whether the timer is parked with its instance. */
  isHeld: boolean;
}

/** The engine's own code for an instance, with its tables in memory. Uncommitted changes are lost. */
export class MemoryProcessManager {
  readonly outbox: MemoryOutbox;
  readonly timers = new Map<string, SetTimer>();
  /** By instance. */
  readonly told = new Map<string, ToldInput[]>();
  /** How often an instance has ended. */
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
  ) {
    this.outbox = new MemoryOutbox(crashes, now);
  }

  find(id: string): ProcessInstance<Fulfilment> | undefined {
    return this.instances.get(id)?.instance as ProcessInstance<Fulfilment> | undefined;
  }

  /** Commands that are not sent again until an operator acts. */
  unansweredOf(id: string): string[] {
    const outstanding = this.instances.get(id)?.outstanding ?? [];
    return outstanding.filter(({ isGivenUp }) => isGivenUp).map(({ step }) => step);
  }

  cursorOf(partition: string): number {
    return this.cursors.get(partition) ?? 0;
  }

  /** Starts the process after a position: it ignores the events up to there. */
  startAfter(partition: string, position: number): void {
    this.cursors.set(partition, position);
  }

  /** Handles events of one partition, in order, and moves the checkpoint past them, in one transaction. */
  take(partition: string, events: readonly EventEnvelope[]): void {
    const runs = this.react(events);
    this.crashes.call('process.commit', () => {
      runs.forEach(({ run, told }, id) => this.write(id, run, ...told.map((event) => ({ event }))));
      this.cursors.set(partition, this.cursorOf(partition) + events.length);
    });
  }

  /** When the next command or timer is due; infinite if none is waiting. */
  nextDue(): number {
    let next = this.outbox.nextDue();
    for (const { isHeld, dueAtMs } of this.timers.values()) {
      next = isHeld ? next : Math.min(next, dueAtMs);
    }
    return next;
  }

  fire(key: string): void {
    const { id, name, dueAt } = this.timers.get(key)!;
    const run = this.open(id);
    run.timer(name, dueAt);
    this.crashes.call('process.commit', () => this.write(id, run, { timer: name, at: dueAt }));
  }

  giveUpUnanswered(id: string): void {
    const run = this.open(id);
    const at = this.time();
    const ids = new Set(this.outbox.overdueOf(id).map(({ commandId }) => commandId));
    run.giveUpUnanswered(ids, at);
    const { outstanding } = this.instances.get(id)!;
    const unanswered = outstanding.filter(({ commandId }) => ids.has(commandId)).map(({ step }) => step);
    this.crashes.call('process.commit', () => {
      this.write(id, run, { unanswered, at });
      const before = outstanding.filter(({ isGivenUp }) => isGivenUp).map(({ commandId }) => commandId);
      this.setGivenUp(id, new Set([...before, ...ids]));
    });
  }

  /** An operator requests the act. If it is not possible, nothing happens. */
  ask(id: string, act: PersonAct): void {
    const run = this.open(id);
    const at = this.time();
    if (carryOut(run, act, at)) {
      this.crashes.call('process.commit', () => {
        this.write(id, run, { person: act, at });
        this.setGivenUp(id, new Set());
        this.outbox.sendAnew(id);
      });
    }
  }

  private time(): string {
    return new Date(this.now()).toISOString();
  }

  /** Marks these commands of the instance as given up, and its other commands as not given up. */
  private setGivenUp(id: string, commandIds: ReadonlySet<string>): void {
    const { instance, outstanding } = this.instances.get(id)!;
    const isGivenUp = ({ commandId }: { readonly commandId: string }) => commandIds.has(commandId);
    this.instances.set(id, {
      instance,
      outstanding: outstanding.map((command) => ({ ...command, isGivenUp: isGivenUp(command) })),
    });
    this.outbox.giveUp(id, isGivenUp);
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

  private writeTimers(id: string, { timers, heldTimers, releasesTimers }: InstanceChange): void {
    if (releasesTimers) {
      const own = [...this.timers.values()].filter((timer) => timer.id === id);
      own.forEach((timer) => (timer.isHeld = false));
    }
    for (const [name, dueAt] of timers) {
      const key = `${id} ${name}`;
      if (dueAt === undefined) {
        this.timers.delete(key);
      } else {
        this.timers.set(key, {
          id,
          name,
          dueAt,
          dueAtMs: Date.parse(dueAt),
          isHeld: heldTimers.has(name),
        });
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
      this.outbox.remove(commandId);
    }
    for (const { envelope } of change.commands) {
      if (!this.answered.has(envelope.commandId)) {
        this.outbox.add(id, envelope);
      }
    }
    this.writeTimers(id, change);
    const waiting = this.instances.get(id)?.outstanding ?? [];
    const asked = change.commands.map(({ step, envelope }) => ({
      commandId: envelope.commandId,
      step,
      isGivenUp: false,
    }));
    const outstanding = [...waiting, ...asked].filter(({ commandId }) => !this.answered.has(commandId));
    // Copies the state as a database would: only plain data survives.
    const { instance } = change;
    const state = this.copies ? (JSON.parse(JSON.stringify(instance.state)) as unknown) : instance.state;
    this.instances.set(id, { instance: { ...instance, state }, outstanding });
    this.ends += change.endedAs ? 1 : 0;
  }
}

/** False if the act is not possible. */
export function carryOut(run: InstanceRun, act: PersonAct, at: string): boolean {
  const request = { actor: 'admin', reason: 'test', at };
  switch (act) {
    case 'retry':
      if (run.status() !== 'STUCK') {
        return false;
      }
      run.retry(request);
      return true;
    case 'skip':
      return run.status() === 'STUCK' && run.skip(request);
    case 'force_compensate':
      return run.forceCompensate(request);
    default:
      return act satisfies never;
  }
}
