import type { EventEnvelope } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import { InstanceRun, type OutstandingCommand, type ProcessInstance } from '@tidemark/process-manager';
import type { OrderFulfilment } from '../order-fulfilment';
import type { CrashPoints } from './crash-points.fixture';

interface StoredInstance {
  readonly instance: ProcessInstance;
  readonly outstanding: readonly OutstandingCommand[];
}

interface OutboxEntry {
  readonly command: CommandEnvelope;
  attempts: number;
  dueAt: number;
}

/** What an instance was told, and committed. */
export type ToldInput =
  | { readonly event: EventEnvelope }
  | { readonly timer: string; readonly at: string }
  | { readonly person: 'force_compensate'; readonly at: string };

interface SetTimer {
  readonly id: string;
  readonly name: string;
  readonly dueAt: string;
}

const firstResendMs = 2_000;
const maxResendMs = 60_000;

/** The engine's own code for an instance, with its tables in memory. What is not committed did not happen. */
export class MemoryProcessManager {
  readonly outbox = new Map<string, OutboxEntry>();
  readonly timers = new Map<string, SetTimer>();
  /** By instance. */
  readonly told = new Map<string, ToldInput[]>();
  private readonly instances = new Map<string, StoredInstance>();
  private readonly cursors = new Map<string, number>();
  private readonly answered = new Set<string>();

  constructor(
    private readonly definition: OrderFulfilment,
    private readonly crashes: CrashPoints,
    private readonly now: () => number,
  ) {}

  statusOf(id: string): string | undefined {
    return this.instances.get(id)?.instance.status;
  }

  cursorOf(partition: string): number {
    return this.cursors.get(partition) ?? 0;
  }

  /** Events of one partition, in their order, and the checkpoint behind them, in one transaction. */
  take(partition: string, events: readonly EventEnvelope[]): void {
    const runs = this.react(events);
    this.crashes.call('process.commit', () => {
      runs.forEach(({ run, told }, id) => this.write(id, run, ...told.map((event) => ({ event }))));
      this.cursors.set(partition, this.cursorOf(partition) + events.length);
    });
  }

  fire(key: string): void {
    const { id, name, dueAt } = this.timers.get(key)!;
    const run = this.open(id);
    run.timer(name, dueAt);
    this.crashes.call('process.commit', () => this.write(id, run, { timer: name, at: dueAt }));
  }

  /** A person has it undone, if that is possible now. */
  forceCompensate(id: string): void {
    const run = this.open(id);
    const at = new Date(this.now()).toISOString();
    if (run.forceCompensate({ actor: 'admin', reason: 'test', at })) {
      this.crashes.call('process.commit', () => this.write(id, run, { person: 'force_compensate', at }));
    }
  }

  /** As the dispatcher does: due again first, then published, so that a crash in between costs time only. */
  claim(entry: OutboxEntry): CommandEnvelope {
    return this.crashes.call('outbox.claim', () => {
      entry.dueAt = this.now() + Math.min(firstResendMs * 2 ** entry.attempts, maxResendMs);
      entry.attempts += 1;
      return entry.command;
    });
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

  private open(id: string): InstanceRun {
    const stored = this.instances.get(id);
    return stored
      ? new InstanceRun(this.definition, stored.instance, stored.outstanding)
      : (InstanceRun.start(this.definition, id) as InstanceRun);
  }

  private write(id: string, run: InstanceRun, ...told: readonly ToldInput[]): void {
    this.told.set(id, [...(this.told.get(id) ?? []), ...told]);
    const change = run.change();
    if (!change) {
      return;
    }
    for (const { commandId } of change.settled) {
      this.answered.add(commandId);
      this.outbox.delete(commandId);
    }
    for (const { envelope } of change.commands) {
      if (!this.answered.has(envelope.commandId)) {
        this.outbox.set(envelope.commandId, { command: envelope, attempts: 0, dueAt: this.now() });
      }
    }
    for (const [name, dueAt] of change.timers) {
      const key = `${id} ${name}`;
      if (dueAt === undefined) {
        this.timers.delete(key);
      } else {
        this.timers.set(key, { id, name, dueAt });
      }
    }
    const before = this.instances.get(id)?.outstanding ?? [];
    const asked = change.commands.map(({ step, envelope }) => ({
      commandId: envelope.commandId,
      step,
      isParked: false,
    }));
    const outstanding = [...before, ...asked].filter(({ commandId }) => !this.answered.has(commandId));
    // As through a database: what is not plain data would not come back.
    this.instances.set(id, { instance: structuredClone(change.instance), outstanding });
  }
}
