/** Collects requests like DataLoader: those of one turn of the event loop, up to a limit, without a cache. */
export const inOneTurn = {
  cache: false,
  maxBatchSize: 64,
  batchScheduleFn: (send: () => void) => setImmediate(send),
} as const;
