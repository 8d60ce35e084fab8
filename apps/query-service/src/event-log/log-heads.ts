import { Injectable } from '@nestjs/common';
import { EventStore } from '@tidemark/event-store';
import type { LogPosition } from '@tidemark/platform';

type Heads = ReadonlyMap<number, number> | undefined;

/** How far the log is written, asked of the log no more than once at a time. */
@Injectable()
export class LogHeads {
  private known: Heads;
  private asking: Promise<Heads> = Promise.resolve(undefined);
  private next: Promise<Heads> | undefined;

  constructor(private readonly store: EventStore) {}

  /**
   * Whether one of the positions was not written when this was called. `false` also when the log can't tell: it is read
   * from a replica of the database.
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

  /** A question that was sent before this call may have been answered before the write. So all wait for the next one. */
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
