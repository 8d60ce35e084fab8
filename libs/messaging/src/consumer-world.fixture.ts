import { ConsumerProcess } from './consumer-process.fixture';
import { InMemoryGroup } from './in-memory-group.fixture';
import { InMemoryLog } from './in-memory-log.fixture';
import { RecordingHandler } from './recording-handler.fixture';

/** For how long a lease lasts without contact. */
const LEASE_TICKS = 8;
const TICK_MS = 1_000;

/** What the world has taken out, for tests that show what a safeguard is for. */
export interface ConsumerWorldOptions {
  readonly keepsMarks?: boolean;
  readonly suspicionMs?: number;
}

/**
 * Processes that consume one partition, one under a lease at a time, in a world of its own time: an outage of the
 * store, leases that run out, processes that end, freeze or are cut off. Some events end every process that works on
 * them.
 */
export class ConsumerWorld {
  readonly log = new InMemoryLog();
  readonly group = new InMemoryGroup();
  readonly handled = new RecordingHandler(this.group, this.group);
  readonly processes: ConsumerProcess[] = [];
  /** Positions of events that end every process that works on them. */
  readonly deadly = new Set<number>();
  /** Positions of events that fail, each on its own account. */
  readonly poison = new Set<number>();
  /** Processes that ended before they could say what became of their attempt, by the position of its event. */
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

  /** Takes the partition, when its owner has lost it or `byForce` as after a step of the clock. */
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

  /** Seconds go by: whatever is in contact renews, and takes marks back. */
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

  /** How many processes that worked on an event have ended, or are alive and could not say so until now. */
  unheardOf(position: number): number {
    const outOfContact = this.processes.filter((process) => process.isOutOfContactAt(position));
    return (this.ends.get(position) ?? 0) + outOfContact.length;
  }

  noteEnd(positions: readonly number[]): void {
    for (const position of positions) {
      this.ends.set(position, (this.ends.get(position) ?? 0) + 1);
    }
  }

  /** Lets everything be well again, except for the events that end processes. */
  async recover(): Promise<void> {
    this.isStoreAway = false;
    for (const process of this.processes) {
      process.isCutOff = false;
      await process.thaw();
    }
  }

  /** As it goes on after that: whatever ends is followed by another. Returns once nothing is left to do. */
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
