/**
 * Like `Promise.all`, but rejects only after all promises have settled. If a write continued after another's failure,
 * it could collide with the batch's next delivery.
 */
export async function allAtRest<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
