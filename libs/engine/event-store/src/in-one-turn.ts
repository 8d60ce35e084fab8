/**
 * How DataLoader collects: what is asked for in one turn of the event loop, so much of it at most, and nothing is kept.
 */
export const inOneTurn = {
  cache: false,
  maxBatchSize: 64,
  batchScheduleFn: (send: () => void) => setImmediate(send),
} as const;
