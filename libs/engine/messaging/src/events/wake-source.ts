/**
 * Tells relays, consumers and subscriptions that something was appended to a partition. Calls may be repeated or lost,
 * because they all poll as well.
 */
export interface WakeSource {
  /** Returns the function that ends the subscription. */
  subscribe(listener: (partition: number) => void): () => void;
}
