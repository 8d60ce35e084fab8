import { doneWithin } from '../backoff';
import type { Lease } from '../lease';
import type { ParkedStore } from './parked-store';

interface Mark {
  readonly lease: Lease;
  isOver: boolean;
}

const STORE_ANSWER_MS = 5_000;

/**
 * The marks that the store has, or may have, of this process's attempts. A mark stands for a process that may end in
 * the middle of an attempt. So it is taken back as soon as the attempt is over, whatever its outcome. If the store is
 * unavailable then, `takeBackOverdue` takes the mark back later.
 */
export class OwnMarks {
  /** The marks by partition. For each partition, the store keeps only the latest mark of an owner. */
  private readonly standing = new Map<number, Mark>();

  constructor(private readonly parked: Pick<ParkedStore, 'mark' | 'unmark'>) {}

  /**
   * Does `work` while a mark for `position` stands. `work` gets the number of other owners that have begun with the
   * same position and have not taken their mark back.
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

  /** The caller must call it regularly, as long as the process lives. Never rejects. */
  async takeBackOverdue(): Promise<void> {
    const overdue = [...this.standing.values()].filter(({ isOver }) => isOver);
    await Promise.all(overdue.map((mark) => this.takeBack(mark)));
  }

  private async takeBack(mark: Mark): Promise<void> {
    const { lease } = mark;
    try {
      const isDone = await doneWithin(STORE_ANSWER_MS, this.parked.unmark(lease));
      if (isDone && this.standing.get(lease.partition) === mark) {
        this.standing.delete(lease.partition);
      }
    } catch {
      // The mark still stands; `takeBackOverdue` tries again.
    }
  }
}
