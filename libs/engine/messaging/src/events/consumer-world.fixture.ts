import { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { ConsumerProcess } from './consumer-process.fixture';
import { InMemoryLog } from './in-memory-log.fixture';
import { RecordingHandler } from './recording-handler.fixture';

/** How long a lease lasts without contact. */
const LEASE_TICKS = 8;
const TICK_MS = 1_000;

/** Safeguards to remove, for tests that show what each safeguard prevents. */
export interface ConsumerWorldOptions {
  readonly keepsMarks?: boolean;
  readonly suspicionMs?: number;
}

/**
 * Processes that consume one partition, one at a time under a lease, in simulated time. The store may be unavailable,
 * leases may run out, and processes may end, freeze or be cut off. Some events end every process that works on them.
 */
export class ConsumerWorld {
  readonly log = new InMemoryLog();
  readonly group = new InMemoryGroup();
  readonly handled = new RecordingHandler(this.group, this.group);
  readonly processes: ConsumerProcess[] = [];
  /** Positions of events that end every process that works on them. */
  readonly deadly = new Set<number>();
  /** Positions of events that make the handler fail. */
  readonly poison = new Set<number>();
  /** The number of processes that ended before they could take back their mark of an event, by the event's position. */
  readonly ends = new Map<number, number>();
  isStoreAway = false;
  nowMs = 0;
  private holder: { readonly process: ConsumerProcess; silentTicks: number } | undefined;

  constructor(readonly options: ConsumerWorldOptions = {}) {}

  start(): ConsumerProcess {
    const process = new ConsumerProcess(this, `process-${this.processes.length}`);
    this.processes.push(process);
    return process;
  }

  /**
   * Takes the partition if its owner has lost it. With `byForce`, takes it in any case, as after a step of the clock.
   */
  async acquire(process: ConsumerProcess, byForce = false): Promise<void> {
    if (process.isInContact && (byForce || !this.holder)) {
      process.hold(await this.group.acquire(0, process.owner));
      this.holder = { process, silentTicks: 0 };
    }
  }

  async handOver(): Promise<void> {
    const process = this.holder?.process;
    if (process?.isInContact) {
      await process.release();
      this.holder = undefined;
    }
  }

  letGo(process: ConsumerProcess): void {
    if (this.holder?.process === process) {
      this.holder = undefined;
    }
  }

  get owner(): ConsumerProcess | undefined {
    return this.holder?.process;
  }

  /** Lets seconds pass. Processes in contact renew their lease and take marks back. */
  async tick(times = 1): Promise<void> {
    for (let tick = 0; tick < times; tick += 1) {
      await this.second();
    }
  }

  private async second(): Promise<void> {
    this.nowMs += TICK_MS;
    if (this.holder) {
      this.holder.silentTicks = this.holder.process.isInContact ? 0 : this.holder.silentTicks + 1;
      if (this.holder.silentTicks > LEASE_TICKS) {
        this.holder.process.lose();
        this.holder = undefined;
      }
    }
    for (const process of this.processes.filter(({ isInContact }) => isInContact)) {
      await process.report();
    }
  }

  /** The number of processes that worked on an event and have ended, or could not take back their mark so far. */
  unheardOf(position: number): number {
    const outOfContact = this.processes.filter((process) => process.isOutOfContactAt(position));
    return (this.ends.get(position) ?? 0) + outOfContact.length;
  }

  noteEnd(positions: readonly number[]): void {
    for (const position of positions) {
      this.ends.set(position, (this.ends.get(position) ?? 0) + 1);
    }
  }

  /** Ends all faults except the events that end processes. */
  async recover(): Promise<void> {
    this.isStoreAway = false;
    for (const process of this.processes) {
      process.isCutOff = false;
      await process.thaw();
    }
  }

  /** Continues without new faults: another process follows each process that ends. Returns once no work is left. */
  async workOff(afterEach: () => void = () => {}): Promise<void> {
    for (let idleRounds = 0; idleRounds < 2;) {
      const owner = this.owner;
      if (owner?.isInContact) {
        idleRounds = (await owner.step('succeeds')) ? 0 : idleRounds + 1;
      } else if (!owner) {
        await this.acquire(this.processes.find(({ isInContact }) => isInContact) ?? this.start());
      }
      await this.tick();
      afterEach();
    }
  }
}
