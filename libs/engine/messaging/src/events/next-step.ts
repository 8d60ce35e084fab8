/** The position of a delivered event; the order depends on nothing else. */
export interface Positioned {
  readonly position: number;
}

export interface NextStep<Item extends Positioned> {
  /** Events to acknowledge and drop, because they were applied before or are delivered twice. */
  readonly duplicates: readonly Item[];
  /** The events to apply now, without holes from `last + 1` on; empty when there are none. */
  readonly apply: readonly Item[];
  /** The events for later, in order. */
  readonly waiting: readonly Item[];
  /**
   * Set if nothing can be applied because events are missing. It is the position of the first waiting event: read the
   * log up to there.
   */
  readonly missingUpTo?: number;
}

/**
 * Decides what to do with deliveries in any order when everything up to `last` has been applied. Each position is
 * applied once, in order, even if the broker lost, repeated or shuffled messages.
 */
export function nextStep<Item extends Positioned>(
  last: number,
  deliveries: readonly Item[],
  maxBatch: number,
): NextStep<Item> {
  const duplicates: Item[] = [];
  const apply: Item[] = [];
  const waiting: Item[] = [];
  let seen = last;
  let expected = last + 1;
  for (const delivery of inOrder(deliveries)) {
    if (delivery.position <= seen) {
      duplicates.push(delivery);
      continue;
    }
    seen = delivery.position;
    if (delivery.position === expected && apply.length < maxBatch) {
      apply.push(delivery);
      expected += 1;
    } else {
      waiting.push(delivery);
    }
  }
  const first = waiting[0];
  return {
    duplicates,
    apply,
    waiting,
    ...(apply.length === 0 && first && { missingUpTo: first.position }),
  };
}

/** Deliveries are almost always in order already. */
function inOrder<Item extends Positioned>(deliveries: readonly Item[]): readonly Item[] {
  const isSorted = deliveries.every(
    (delivery, index) => index === 0 || deliveries[index - 1]!.position <= delivery.position,
  );
  return isSorted ? deliveries : [...deliveries].sort((a, b) => a.position - b.position);
}
