/**
 * Aborts as soon as one of the two signals does. Call `release` at the end. Without that, each call would leave a
 * listener on a signal that lives as long as the process, as `AbortSignal.any` does.
 */
export function eitherOf(
  first: AbortSignal,
  second: AbortSignal | undefined,
): { readonly either: AbortSignal; release(): void } {
  const controller = new AbortController();
  const signals = second ? [first, second] : [first];
  const abort = () => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  signals.forEach((signal) => signal.addEventListener('abort', abort, { once: true }));
  if (signals.some(({ aborted }) => aborted)) {
    abort();
  }
  return {
    either: controller.signal,
    release: () => signals.forEach((signal) => signal.removeEventListener('abort', abort)),
  };
}

/** @throws the signal's reason when it aborts before the work is done; the work itself continues */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
