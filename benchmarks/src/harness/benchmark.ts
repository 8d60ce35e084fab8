export interface BenchmarkOptions {
  /** Seconds per contender and round. */
  readonly seconds: number;
  /** Whether to use larger data, if the benchmark has any. */
  readonly long: boolean;
  /** Without a broker (`lag`), or with the read models in Postgres (`projection`). */
  readonly onPostgres: boolean;
  readonly signal: AbortSignal;
  /** Receives lines about the progress. */
  readonly progress: (line: string) => void;
}

/** One contender's figures in one workload. */
export interface Row {
  readonly workload: string;
  readonly contender: string;
  /** Operations per second, the median of the rounds. Absent when anything was lost or duplicated. */
  readonly rate: number | undefined;
  /** The rate of the slowest and of the fastest round. Absent without a rate. */
  readonly spread: readonly [number, number] | undefined;
  /** Over all operations of the rounds that count. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of lost events; absent if nothing is written. */
  readonly lost?: number;
  readonly duplicated?: number;
}

export interface Result {
  readonly rows: readonly Row[];
  /** Figures that do not fit into a row. */
  readonly figures?: Readonly<Record<string, number>>;
  /** A ratio is absent if one of its parts was lost. */
  readonly ratios: Readonly<Record<string, number>>;
}

export type Benchmark = (options: BenchmarkOptions) => Promise<Result>;
