/**
 * What `work` resolves to, if it does in time, whatever holds it up: a server, the way to it, or a queue for its connections.
 * The work itself goes on to its own end, unheard.
 *
 * @throws what `late` makes when the time is up
 */
export async function within<Result>(ms: number, work: Promise<Result>, late: () => Error): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
