/**
 * `Promise.all` that rejects only when nothing is under way any more: a write that outlives the failure of its
 * neighbour would meet the batch's next delivery.
 */
export async function allAtRest<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
