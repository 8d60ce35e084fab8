/** A delivered event, as far as the order is concerned. */
export interface Positioned {
  readonly position: number;
}

export interface NextStep<Item extends Positioned> {
  /** Already applied, or delivered twice: to be acknowledged and dropped. */
  readonly duplicates: readonly Item[];
  /** The events to apply now, without holes from `last + 1` on; empty when there are none. */
  readonly apply: readonly Item[];
  /** What stays for later, in order. */
  readonly waiting: readonly Item[];
  /**
   * Set when nothing can be applied because events are missing: read the log up to here, the first event that waits.
   */
  readonly missingUpTo?: number;
}

/**
 * What to do with deliveries in any order, when everything up to `last` has been applied. Each position is applied
 * once, in order, even if the broker lost, repeated or shuffled messages.
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

/** Almost always the deliveries are in order already. */
function inOrder<Item extends Positioned>(deliveries: readonly Item[]): readonly Item[] {
  const isSorted = deliveries.every(
    (delivery, index) => index === 0 || deliveries[index - 1]!.position <= delivery.position,
  );
  return isSorted ? deliveries : [...deliveries].sort((a, b) => a.position - b.position);
}
