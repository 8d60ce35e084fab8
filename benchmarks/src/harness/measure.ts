/** One of the compared programs. */
export interface Contender {
  readonly name: string;
  /** One operation; it counts once it resolves, and ends the benchmark when it rejects. */
  readonly operate: () => Promise<void>;
  /** Runs after each of its turns: waits for its work in the background, which would slow the next contender. */
  readonly settle?: () => Promise<void>;
}

export interface MeasureOptions {
  /** The number of operations that a contender runs at once when it has its turn. */
  readonly concurrency: number;
  /**
   * The time in each round during which a contender starts operations. Each worker starts at least one operation. All
   * of them finish and count.
   */
  readonly seconds: number;
  /** The number of rounds that count. One more round runs before them. */
  readonly rounds: number;
  readonly signal: AbortSignal;
}

export interface Measurement {
  /** Operations per second, by round. */
  readonly rates: number[];
  /** The latency of every operation of every round that counts. */
  readonly latenciesMs: number[];
}

/**
 * Interleaved rounds, A B C A B C …: other load on the machine then affects all contenders, and not only the one that
 * is running. The first round fills caches and pools and is dropped.
 *
 * @returns one measurement per contender, in their order
 */
export async function measure(
  contenders: readonly Contender[],
  options: MeasureOptions,
): Promise<readonly Measurement[]> {
  const measurements = contenders.map((): Measurement => ({ rates: [], latenciesMs: [] }));
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const { rate, latenciesMs } = await work(contender, options);
      await contender.settle?.();
      if (round > 0) {
        measurements[index]!.rates.push(rate);
        latenciesMs.forEach((latency) => measurements[index]!.latenciesMs.push(latency));
      }
    }
  }
  return measurements;
}

async function work({ operate }: Contender, { concurrency, seconds, signal }: MeasureOptions) {
  const latenciesMs: number[] = [];
  const start = performance.now();
  let stop = false;
  const worker = async () => {
    do {
      const before = performance.now();
      await operate();
      latenciesMs.push(performance.now() - before);
    } while (!stop && !signal.aborted && performance.now() - start < seconds * 1_000);
  };
  const workers = Array.from({ length: concurrency }, () =>
    worker().finally(() => {
      // If one worker fails, the others end as well, before their connections are closed.
      stop = true;
    }),
  );
  const ends = await Promise.allSettled(workers);
  signal.throwIfAborted();
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) {
    throw failure.reason;
  }
  return { rate: latenciesMs.length / ((performance.now() - start) / 1_000), latenciesMs };
}
