/** The first `count` items. Later items are not requested. */
export async function firstOf<Item>(count: number, items: AsyncIterable<Item>): Promise<Item[]> {
  const first: Item[] = [];
  if (count > 0) {
    for await (const item of items) {
      if (first.push(item) === count) {
        break;
      }
    }
  }
  return first;
}
