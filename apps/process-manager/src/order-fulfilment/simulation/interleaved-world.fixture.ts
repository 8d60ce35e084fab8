import { ConcurrentModificationError } from '@tidemark/event-store';
import type { CommandEnvelope } from '@tidemark/messaging';
import { faultsAtAnyMoment, faultsAtRest } from '../../books/faults-in-books.fixture';
import { faultsInLog } from './faults-in-log.fixture';
import { FulfilmentWorld, type Act, type WorldOptions, type WorldPlan } from './fulfilment-world.fixture';
import type { OutboxEntry } from './memory-outbox.fixture';
import { NoAnswer } from './memory-provider.fixture';
import { PossibleActs } from './possible-acts.fixture';
import { ReplicaStore } from './replica-store.fixture';
import { Turns, type Turn } from './turns.fixture';
import { WatchedProvider } from './watched-provider.fixture';
import { WriteReplica } from './write-replica.fixture';

export interface InterleavedOptions extends WorldOptions {
  /** The store through which a replica of the command service sees the log. */
  readonly store?: typeof ReplicaStore;
  /** Whether a command that the broker refused counts as published. */
  readonly ignoresNacks?: boolean;
}

const writers = ['writer 1', 'writer 2'] as const;
const engines = ['engine 1', 'engine 2'] as const;

/**
 * The same fulfilment with several replicas, whose work is split into steps. Before each access to the log, to the
 * provider, to the broker and to the process's tables, any other work may come first. The command service is the real
 * executor.
 */
export class InterleavedWorld extends FulfilmentWorld {
  /** The broken rules, in the order in which they were found. */
  readonly faults: string[] = [];
  private readonly turns = new Turns();
  private readonly replicas = new Map<string, WriteReplica>();
  /** Commands that wait in the queue. `unacknowledged` has those that were delivered to a replica. */
  private ready: readonly CommandEnvelope[] = [];
  private readonly unacknowledged = new Map<
    object,
    { readonly replica: string; readonly command: CommandEnvelope }
  >();
  /** For each engine, the partitions with a batch in progress. */
  private readonly batches = new Map<string, Set<string>>(engines.map((engine) => [engine, new Set()]));
  /** Commands that a dispatcher has claimed and not yet published or given back. It may have died since. */
  private readonly claimed = new Map<object, string>();
  private readonly accepted = new Map<string, CommandEnvelope>();
  /** For each command, the key of its request to the provider. */
  private readonly keys = new Map<string, string>();
  private nacks = 0;
  private audited = 0;

  constructor(
    plan: WorldPlan,
    protected override readonly options: InterleavedOptions = {},
  ) {
    super(plan, { copiesState: false, ...options });
    this.writeSide.partitions.forEach((events, name) => this.processes.startAfter(name, events.length));
    writers.forEach((replica) => this.start(replica));
  }

  /**
   * Does the next step. The lowest 16 bits of `decision` choose it among the possible steps. The other bits may choose
   * a disturbance before it. 0 continues the work that has waited longest, undisturbed.
   *
   * Once `settled` resolves, the step is done and its faults are known.
   *
   * @returns descriptions of the acts; an empty list when no step is left
   */
  step(decision: number): readonly string[] {
    const happened: string[] = [];
    try {
      if (decision >>> 28 === 15) {
        happened.push(this.disturbingActs().choose((decision >>> 16) & 0xfff));
      }
      const act = this.act(decision & 0xffff);
      if (act !== undefined) {
        happened.push(act);
      } else if (this.passTime()) {
        happened.push('time passes');
      }
    } catch (error) {
      this.faults.push((error as Error).message);
    }
    if (this.turns.areSettled) {
      this.audit();
    }
    return happened;
  }

  /** Resolves when the last step is done. Undefined if it is done already. */
  settled(): Promise<void> | undefined {
    return this.turns.areSettled ? undefined : this.turns.settled().then(() => this.audit());
  }

  /** Checks the rules that hold once no step is left. */
  auditAtRest(): void {
    this.faults.push(
      ...faultsAtRest(this.evidence()),
      ...faultsInLog(this.writeSide),
      ...[...this.processes.timers.keys()].map(
        (timer) => `the timer ${timer} neither fired nor was withdrawn`,
      ),
    );
  }

  /** Does the act with this number; returns nothing when none is possible. */
  private act(number: number): string | undefined {
    // The first act can be chosen without a list of the others.
    const [longest] = this.turns.waiting;
    if (longest && number === 0) {
      return this.goOn(longest);
    }
    const acts = new PossibleActs();
    acts.add(this.turns.waiting, (turn) => this.goOn(turn));
    acts.addPairs(this.ready, writers, (command, replica) => this.deliver(replica, command));
    for (const partition of this.partitionsWithNews()) {
      const idle = engines.filter((engine) => !this.batches.get(engine)!.has(partition));
      acts.add(idle, (engine) => this.begin(engine, partition));
    }
    acts.add(this.processes.outbox.due(), (entry) => this.dispatch(entry));
    acts.add(this.dueTimers(), (key) => this.fires(key));
    acts.add(this.processes.outbox.overdue(), (id) => this.giveUp(id));
    acts.add(this.stuck(), (id) => {
      this.lookAt(id);
      return `an operator looks at ${id}`;
    });
    if (acts.areNone || number > 0) {
      this.people.forEach((person) => acts.add(person.possibleActs(), (act) => this.personActs(act)));
    }
    return acts.areNone ? undefined : acts.choose(number);
  }

  private disturbingActs(): PossibleActs {
    const acts = new PossibleActs();
    acts.add([...writers, ...engines, 'dispatcher'], (replica) => this.crash(replica));
    acts.add([5, 61, -5], (minutes) => {
      this.clock += minutes * 60_000;
      return `the clock of the database moves by ${minutes} minutes`;
    });
    acts.add([2, -2], (minutes) => {
      this.skew = minutes * 60_000;
      return `the clock of the command service is ${minutes} minutes ahead`;
    });
    acts.add([3, 40], (count) => {
      this.nacks = count;
      return `the broker refuses the next ${count} commands`;
    });
    acts.add([...this.accepted.values()], (command) => {
      this.ready = [...this.ready, command];
      return `the broker hands out ${command.type} again`;
    });
    acts.add(this.ready, (command) => {
      this.ready = this.ready.filter((other) => other !== command);
      return `the broker loses ${command.type}`;
    });
    acts.add(this.interventions(), (act) => {
      act();
      return 'an operator intervenes';
    });
    return acts;
  }

  private personActs(act: Act): string {
    act();
    return `a person acts: ${this.writeSide.partitions.get('customer')!.at(-1)!.type}`;
  }

  private goOn(turn: Turn): string {
    this.turns.take(turn);
    return `${turn.replica} ${turn.does}`;
  }

  private start(replica: string): void {
    const turn = (does: string) => this.turns.at(replica, does);
    const providerFor = (commandId: string) =>
      new WatchedProvider(this.provider, commandId, this.keys, turn, this.faults);
    const store = new (this.options.store ?? ReplicaStore)(this.writeSide, turn);
    this.replicas.set(replica, new WriteReplica(store, providerFor));
  }

  /** Ends a replica. Other replicas may then take its deliveries and claims. */
  private crash(replica: string): string {
    this.turns.kill(replica);
    for (const [delivery, { replica: owner, command }] of this.unacknowledged) {
      if (owner === replica) {
        this.unacknowledged.delete(delivery);
        this.ready = [...this.ready, command];
      }
    }
    if (this.replicas.has(replica)) {
      this.start(replica);
    }
    this.batches.get(replica)?.clear();
    return `${replica} dies`;
  }

  private deliver(replica: string, command: CommandEnvelope): string {
    this.ready = this.ready.filter((other) => other !== command);
    this.run(() => this.handles(replica, command));
    return `${replica} is handed ${command.type}`;
  }

  private async handles(replica: string, command: CommandEnvelope): Promise<void> {
    const delivery = {};
    this.unacknowledged.set(delivery, { replica, command });
    try {
      const execution = await this.replicas.get(replica)!.handle(command);
      if (execution.outcome !== 'accepted') {
        this.faults.push(`${command.type} was ${execution.outcome}: the process would wait in vain`);
      }
    } catch (error) {
      // The transport gives up after a few attempts; the process sends the command again.
      if (!(error instanceof NoAnswer || error instanceof ConcurrentModificationError)) {
        throw error;
      }
    }
    await this.turns.at(replica, `acknowledges ${command.type}`);
    this.unacknowledged.delete(delivery);
  }

  private begin(engine: string, partition: string): string {
    this.batches.get(engine)!.add(partition);
    this.run(() => this.takeBatch(engine, partition));
    return `${engine} reads partition ${partition}`;
  }

  /** Compares the checkpoint, so that no engine repeats a batch that another engine has taken meanwhile. */
  private async takeBatch(engine: string, partition: string): Promise<void> {
    const after = this.processes.cursorOf(partition);
    const events = this.news(partition, 3);
    await this.turns.at(engine, `commits ${events.map(({ type }) => type).join(', ')}`);
    this.batches.get(engine)!.delete(partition);
    if (this.processes.cursorOf(partition) === after) {
      this.processes.take(partition, events);
    }
  }

  private dispatch(entry: OutboxEntry): string {
    const command = this.processes.outbox.claim(entry);
    this.run(() => this.publishes(entry, command));
    return `the dispatcher claims ${command.type}`;
  }

  private async publishes(entry: OutboxEntry, command: CommandEnvelope): Promise<void> {
    const claim = {};
    this.claimed.set(claim, command.commandId);
    await this.turns.at('dispatcher', `publishes ${command.type}`);
    const isRefused = this.nacks > 0;
    this.nacks -= isRefused ? 1 : 0;
    if (!isRefused) {
      this.accepted.set(command.commandId, command);
      this.ready = [...this.ready, { ...command }];
    } else if (!this.options.ignoresNacks) {
      await this.turns.at('dispatcher', `gives ${command.type} back`);
      this.processes.outbox.giveBack(entry);
    }
    this.claimed.delete(claim);
  }

  private fires(key: string): string {
    this.fire(key);
    return `the timer ${key} fires`;
  }

  private giveUp(id: string): string {
    const overdue = this.processes.outbox.overdueOf(id);
    this.processes.giveUpUnanswered(id);
    const underWay = new Set(this.claimed.values());
    for (const { type, commandId } of overdue) {
      if (!this.accepted.has(commandId) && !underWay.has(commandId)) {
        this.faults.push(`${type} is given up as unanswered, but the broker never had it`);
      }
    }
    return `${overdue.map(({ type }) => type).join(', ')} is given up`;
  }

  private run(work: () => Promise<void>): void {
    this.turns.start(work, (error) => this.faults.push((error as Error).message));
  }

  /** Checks the books when a fulfilment has ended, and once all is done. */
  private audit(): void {
    if (this.processes.ends !== this.audited) {
      this.audited = this.processes.ends;
      this.faults.push(...faultsAtAnyMoment(this.evidence()));
    }
  }
}
