/** The acts that are possible now, by kind. An act is created only when it is chosen, because most never happen. */
export class PossibleActs {
  private readonly kinds: { readonly count: number; readonly act: (index: number) => string }[] = [];
  private count = 0;

  get areNone(): boolean {
    return this.count === 0;
  }

  /** Adds one act for each item. The act returns a description of what it did. */
  add<Item>(items: readonly Item[], act: (item: Item) => string): void {
    this.addKind(items.length, (index) => act(items[index]!));
  }

  /** Adds one act for each pair: for the first item with each other item, for the second with each, and so on. */
  addPairs<Item, Other>(
    items: readonly Item[],
    others: readonly Other[],
    act: (item: Item, other: Other) => string,
  ): void {
    const { length } = others;
    this.addKind(items.length * length, (index) =>
      act(items[Math.floor(index / length)]!, others[index % length]!),
    );
  }

  /** Does the act with this number, counted from 0. Numbers beyond the last act start again at the first. */
  choose(number: number): string {
    let index = number % this.count;
    for (const { count, act } of this.kinds) {
      if (index < count) {
        return act(index);
      }
      index -= count;
    }
    throw new Error('nothing is possible');
  }

  private addKind(count: number, act: (index: number) => string): void {
    if (count > 0) {
      this.kinds.push({ count, act });
      this.count += count;
    }
  }
}
