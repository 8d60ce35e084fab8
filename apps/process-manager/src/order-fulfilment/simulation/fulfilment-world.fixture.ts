import type { TidemarkEvent } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import type { CommandEnvelope } from '@tidemark/messaging';
import type { OrderId } from '@tidemark/ordering';
import type { Evidence } from '../../books/faults-in-books.fixture';
import { stateOf } from '../../fulfilments/fulfilment-state';
import { orderFulfilment, type OrderFulfilment } from '../order-fulfilment';
import { MemoryWriteSide } from '../write-side.fixture';
import { Crash, CrashPoints } from './crash-points.fixture';
import { MemoryProcessManager, type ToldInput } from './memory-process-manager.fixture';
import { MemoryProvider, NoAnswer } from './memory-provider.fixture';
import { People, type OrderPlan } from './people.fixture';

export interface WorldPlan {
  readonly stock: Readonly<Record<string, number>>;
  readonly orders: readonly OrderPlan[];
}

export interface WorldOptions {
  readonly definition?: OrderFulfilment;
  readonly provider?: new (now: () => number) => MemoryProvider;
  readonly crashes?: CrashPoints;
  /** Whether the record that a timer has fired is lost, once for each timer. */
  readonly timersFireTwice?: boolean;
  /** Whether an instance's state is copied between two transactions. Default true. */
  readonly copiesState?: boolean;
}

/** An act that is possible now. */
export type Act = () => void;

/** Shared, because building its table is most of the cost of a new world. */
const realDefinition = orderFulfilment();
const start = Date.parse('2010-12-01T08:00:00.000Z');

/**
 * The process and the aggregates, with a broker, a log, a provider and a clock in memory. The caller chooses the next
 * act. Every act can happen in reality at any time. After a crash within an act, only the data behind its ports is
 * left.
 */
export class FulfilmentWorld {
  readonly writeSide: MemoryWriteSide;
  readonly crashes: CrashPoints;
  protected readonly provider: MemoryProvider;
  protected readonly processes: MemoryProcessManager;
  protected readonly people: readonly People[];
  /** Unacknowledged commands, oldest first; the broker may hand out any of them. */
  private queue: readonly CommandEnvelope[] = [];
  private readonly published: CommandEnvelope[] = [];
  private readonly firedTwice = new Set<string>();
  /** Orders in which an operator skipped a step. */
  protected readonly skipped = new Set<string>();
  protected clock = start;
  /** How far the clock of the HTTP servers is ahead of the database's. */
  protected skew = 0;

  constructor(
    plan: WorldPlan,
    protected readonly options: WorldOptions = {},
  ) {
    const now = () => this.clock;
    const { crashes = new CrashPoints(), definition = realDefinition, provider = MemoryProvider } = options;
    this.crashes = crashes;
    this.provider = new provider(now);
    this.writeSide = new MemoryWriteSide(now, {
      capture: (request) => crashes.call('provider.capture', () => this.provider.capture(request)),
      refund: (request) => crashes.call('provider.refund', () => this.provider.refund(request)),
    });
    this.processes = new MemoryProcessManager(definition, crashes, now, options.copiesState);
    for (const [productId, quantity] of Object.entries(plan.stock).filter(([, pieces]) => pieces > 0)) {
      const data = { productId, quantity, onHand: quantity, reserved: 0 };
      this.writeSide.append('StockItem', productId, [{ type: 'StockReceived', data }]);
    }
    this.people = plan.orders.map((order, index) => {
      const orderId = `00000000-0000-4000-8000-00000000000${index}` as OrderId;
      return new People(orderId, order, this.writeSide, () => this.clock + this.skew);
    });
  }

  /** All acts that are possible now. If it is empty, only time passes. */
  possibleActs(): Act[] {
    const acts = [
      ...this.partitionsWithNews().flatMap((partition) => [
        () => this.take(partition, 1),
        () => this.take(partition, 3),
      ]),
      ...this.queue.map((command) => () => this.handle(command)),
      ...this.processes.outbox.due().map((entry) => () => this.publish(this.processes.outbox.claim(entry))),
      ...this.dueTimers().map((key) => () => this.fire(key)),
      ...this.processes.outbox.overdue().map((id) => () => this.processes.giveUpUnanswered(id)),
      ...this.stuck().map((id) => () => this.lookAt(id)),
      ...this.people.flatMap((person) => person.possibleActs()),
    ];
    return acts.map((act) => () => surviving(act));
  }

  /** The acts that an operator can request at any time, even if they are refused. */
  interventions(): Act[] {
    const acts = [
      ...this.people.map(
        ({ orderId }) =>
          () =>
            this.processes.ask(orderId, 'force_compensate'),
      ),
      ...this.stuck().flatMap((id) => [
        () => this.processes.ask(id, 'retry'),
        ...(this.lacksMark(id) ? [] : [() => this.skip(id)]),
      ]),
    ];
    return acts.map((act) => () => surviving(act));
  }

  /** Disturbances that must not matter: a command is delivered twice or lost, a crash is near, or time passes. */
  disturbances(): Act[] {
    return [
      ...this.published.map((command) => () => this.enqueue(command)),
      ...this.queue.map((command) => () => this.acknowledge(command)),
      ...Array.from({ length: 8 }, (_, nth) => () => this.crashes.crashSoon(nth)),
      ...[5, 61].map((minutes) => () => {
        this.clock += minutes * 60_000;
      }),
    ];
  }

  /** Advances the time to the next timer or command; false if there is none. */
  passTime(): boolean {
    const next = this.processes.nextDue();
    this.clock = Math.max(this.clock, Number.isFinite(next) ? next : this.clock);
    return Number.isFinite(next);
  }

  /** The facts for the audit. */
  evidence(): Evidence {
    const states = this.people.flatMap(({ orderId }) => {
      const instance = this.processes.find(orderId);
      return instance ? [[orderId, stateOf[instance.status]] as const] : [];
    });
    return {
      log: this.writeSide.log as readonly TidemarkEvent[],
      ledger: this.provider.ledger,
      paidBackByHand: [...this.skipped].flatMap((orderId) =>
        this.processes
          .find(orderId)!
          .state.payments.filter(({ status }) => status === 'REFUNDED_BY_HAND' || status === 'REFUNDED_TWICE')
          .map(({ amount }) => ({ orderId, ...amount })),
      ),
      fulfilments: new Map(states),
    };
  }

  /** The inputs of the first order's fulfilment, in order. */
  toldFirst(): readonly ToldInput[] {
    return this.processes.told.get(this.people[0]!.orderId) ?? [];
  }

  protected stuck(): string[] {
    const ids = this.people.map(({ orderId }) => orderId);
    return ids.filter((id) => this.processes.find(id)?.status === 'STUCK');
  }

  /**
   * An operator follows the runbook: retries unanswered commands, and pays back by hand what the provider refused for
   * good.
   */
  protected lookAt(id: string): void {
    if (this.processes.find(id)!.stuck!.code === 'compensation_failed' && !this.lacksMark(id)) {
      this.skip(id);
    } else {
      this.processes.ask(id, 'retry');
    }
  }

  protected skip(id: string): void {
    this.skipped.add(id);
    this.processes.ask(id, 'skip');
  }

  /** If an operator skips a mark, the order's status differs from the facts, and the books would rightly report it. */
  private lacksMark(id: string): boolean {
    return this.processes.unansweredOf(id).some((step) => /^(cancel_order|mark_|reject_)/.test(step));
  }

  protected partitionsWithNews(): string[] {
    const behind: string[] = [];
    for (const [partition, events] of this.writeSide.partitions) {
      if (events.length > this.processes.cursorOf(partition)) {
        behind.push(partition);
      }
    }
    return behind;
  }

  protected news(partition: string, count: number): readonly EventEnvelope[] {
    const after = this.processes.cursorOf(partition);
    return this.writeSide.partitions.get(partition)!.slice(after, after + count);
  }

  private take(partition: string, count: number): void {
    this.processes.take(partition, this.news(partition, count));
  }

  protected dueTimers(): string[] {
    const due: string[] = [];
    for (const [key, { dueAtMs, isHeld }] of this.processes.timers) {
      if (!isHeld && dueAtMs <= this.clock) {
        due.push(key);
      }
    }
    return due;
  }

  protected fire(key: string): void {
    const timer = this.processes.timers.get(key)!;
    this.processes.fire(key);
    if (this.options.timersFireTwice && !this.firedTwice.has(key)) {
      this.firedTwice.add(key);
      this.processes.timers.set(key, timer);
    }
  }

  private publish(command: CommandEnvelope): void {
    this.published.push(command);
    this.crashes.call('broker.publish', () => this.enqueue(command));
  }

  private enqueue(command: CommandEnvelope): void {
    this.queue = [...this.queue, { ...command }];
  }

  private handle(command: CommandEnvelope): void {
    try {
      const append = this.writeSide.decide(command);
      if (append) {
        this.crashes.call('log.append', append);
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) {
        throw error;
      }
      // The transport gives up after a few attempts; the process sends the command again.
    }
    this.crashes.call('broker.acknowledge', () => this.acknowledge(command));
  }

  private acknowledge(command: CommandEnvelope): void {
    this.queue = this.queue.filter((waiting) => waiting !== command);
  }
}

/**
 * After a crash, only the data behind the ports is left. Another replica, or the restarted one, continues from there.
 */
function surviving(act: Act): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Crash)) {
      throw error;
    }
  }
}
