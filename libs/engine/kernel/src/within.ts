/**
 * Resolves to the result of `work` if it arrives in time, whatever delays it: the server, the network, or the queue for
 * connections. After a time-out, the work continues and its result is ignored.
 *
 * @throws the error that `late` creates when the time is up
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
