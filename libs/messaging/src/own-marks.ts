import { within } from './backoff';
import type { ParkedStore } from './parked-store';
import type { Lease } from './partition-handler';

interface Mark {
  readonly lease: Lease;
  isOver: boolean;
}

const STORE_ANSWER_MS = 5_000;

/**
 * The marks of this process: what the store has noted, or may have noted, about attempts that this process makes. A mark is
 * for the case that the process ends in the middle of the attempt, so it is taken back as soon as the attempt is over,
 * whatever came of it. What can't be taken back then, because the store is away, is taken back by `takeBackOverdue`.
 */
export class OwnMarks {
  /** By partition: the store keeps one mark of an owner there, the latest. */
  private readonly standing = new Map<number, Mark>();

  constructor(private readonly parked: Pick<ParkedStore, 'mark' | 'unmark'>) {}

  /**
   * Does `work` while a mark for `position` stands. `work` is told how many other owners have begun the same and were not
   * heard of since.
   */
  async around<Result>(
    lease: Lease,
    position: number,
    work: (unheardOf: number) => Promise<Result>,
  ): Promise<Result> {
    const mark = { lease, isOver: false };
    this.standing.set(lease.partition, mark);
    try {
      return await work(await this.parked.mark(lease, position));
    } finally {
      mark.isOver = true;
      await this.takeBack(mark);
    }
  }

  /** To be called every now and then, for as long as the process lives. Never rejects. */
  async takeBackOverdue(): Promise<void> {
    const overdue = [...this.standing.values()].filter(({ isOver }) => isOver);
    await Promise.all(overdue.map((mark) => this.takeBack(mark)));
  }

  private async takeBack(mark: Mark): Promise<void> {
    const { lease } = mark;
    try {
      const isDone = await within(STORE_ANSWER_MS, this.parked.unmark(lease));
      if (isDone && this.standing.get(lease.partition) === mark) {
        this.standing.delete(lease.partition);
      }
    } catch {
      // It stands, and is overdue.
    }
  }
}
