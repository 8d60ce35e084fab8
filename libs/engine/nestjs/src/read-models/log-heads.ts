import type { EventStore } from '@tidemark/event-store';
import type { LogPosition } from '@tidemark/kernel';

type Heads = ReadonlyMap<number, number> | undefined;

/** The last positions of the log. At most one query for them runs at a time. */
export class LogHeads {
  private known: Heads;
  private asking: Promise<Heads> = Promise.resolve(undefined);
  private next: Promise<Heads> | undefined;

  constructor(private readonly store: Pick<EventStore, 'committedHeads'>) {}

  /**
   * Whether one of the positions had not been written at the time of the call. Also `false` if the log is read from a
   * database replica, which can't know.
   *
   * @throws StoreUnavailableError
   */
  async isAnyBeyond(positions: readonly LogPosition[]): Promise<boolean> {
    if (this.known && !isAnyBeyond(this.known, positions)) {
      return false;
    }
    this.known = await this.ask();
    return this.known !== undefined && isAnyBeyond(this.known, positions);
  }

  /**
   * A query that was sent before this call may have been answered before the write. So all callers wait for the next
   * query.
   */
  private ask(): Promise<Heads> {
    const afterThisOne = this.asking.catch(() => undefined);
    this.next ??= afterThisOne.then(() => {
      this.next = undefined;
      this.asking = this.store.committedHeads();
      return this.asking;
    });
    return this.next;
  }
}

function isAnyBeyond(heads: ReadonlyMap<number, number>, positions: readonly LogPosition[]): boolean {
  return positions.some(({ partition, position }) => position > (heads.get(partition) ?? 0));
}
