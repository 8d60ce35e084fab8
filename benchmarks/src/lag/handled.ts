/** Events that reached a handler together. */
export interface Handled {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  readonly partition: number;
  readonly positions: readonly number[];
}

/** Compares committed events with those that reached a handler, one by one. */
export class LagLedger {
  private readonly committedAt = new Map<string, number>();
  private readonly handledAt = new Map<string, number>();
  private repeated = 0;

  get handled(): number {
    return this.handledAt.size;
  }

  /** Records a committed event that is being delivered. */
  get underWay(): number {
    return this.committedAt.size - this.handledAt.size;
  }

  commit(partition: number, position: number, at: number): void {
    this.committedAt.set(`${partition}:${position}`, at);
  }

  handle({ at, partition, positions }: Handled): void {
    for (const position of positions) {
      const place = `${partition}:${position}`;
      this.repeated += this.handledAt.has(place) ? 1 : 0;
      this.handledAt.set(place, at);
    }
  }

  /** The delay is 0 for an event that was handled before its writer knew of the commit. */
  lagsMs(): number[] {
    return [...this.committedAt].flatMap(([place, committed]) => {
      const handled = this.handledAt.get(place);
      return handled === undefined ? [] : [Math.max(handled - committed, 0)];
    });
  }

  audit(): { readonly lost: number; readonly duplicated: number } {
    const lost = [...this.committedAt.keys()].filter((place) => !this.handledAt.has(place)).length;
    return { lost, duplicated: this.repeated };
  }
}
