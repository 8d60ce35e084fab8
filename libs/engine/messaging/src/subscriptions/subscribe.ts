import { OpenSubscription } from './open-subscription';
import type { SubscribeOptions, SubscriptionItem } from './subscription';

/**
 * Follows the log: first the events that are there, then new ones as they are appended, without end. Within a
 * partition, events come in order and without holes; between partitions, there is no order. The subscription reads the
 * next events only when the next item is asked for. So a slow subscriber makes it wait, and memory holds one item.
 *
 * ```ts
 * for await (const item of subscribe({ log, filter: { eventTypes: ['Counted'] }, checkpoints, signal })) {
 *   if (item.kind === 'events') await announce(item.events);
 * }
 * ```
 *
 * An item counts as done when the next one is asked for. If the loop is left by `break` or by an error, its events come
 * again when the subscription is opened again. Faults of the environment while reading or saving are waited out.
 *
 * @throws LogDivergedError when the log no longer holds the event of a checkpoint: it was restored to an earlier point
 * @throws SubscriptionMovedError when another process works on the same subscription
 * @throws RangeError for a partition that does not exist, or an option that makes no sense
 */
export async function* subscribe(options: SubscribeOptions): AsyncGenerator<SubscriptionItem, void, void> {
  const subscription = new OpenSubscription(options);
  try {
    for (let item; (item = await subscription.next());) {
      yield item;
      await subscription.done(item);
    }
  } finally {
    await subscription.close();
  }
}
