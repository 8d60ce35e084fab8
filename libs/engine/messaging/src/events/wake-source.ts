/**
 * Tells the relay that something was appended to a partition. Calls may be repeated or lost, because the relay polls as
 * well.
 */
export interface WakeSource {
  /** Returns the function that ends the subscription. */
  subscribe(listener: (partition: number) => void): () => void;
}
