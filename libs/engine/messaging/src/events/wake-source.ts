/** Tells the relay that something was appended to a partition. May repeat, may miss: polling is behind it. */
export interface WakeSource {
  /** Returns the function that ends the subscription. */
  subscribe(listener: (partition: number) => void): () => void;
}
