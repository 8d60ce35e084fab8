import type { ReadModel, ReadModelQueries, ReadStore } from '@tidemark/projections';
import { parseConsistencyToken } from '../consistency-token';
import { InvalidConsistencyTokenError, ReadModelBehindError, ReadModelMissingError } from '../errors';
import type { OpenLog } from '../log/open-log';
import { FollowedReadModels } from './followed-read-models';

export interface ReadOptions {
  /** The consistency tokens of the writes that the read must see, joined by commas. */
  readonly token?: string | undefined;
  /** How long the read waits for them before it throws `ReadModelBehindError`; 5,000 by default. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** Answers from read models, each from its live generation. */
export class ReadPart extends FollowedReadModels {
  constructor(
    private readonly log: Pick<OpenLog, 'store' | 'partitions'>,
    private readonly readStore: ReadStore,
  ) {
    super({ log, readStore });
  }

  /**
   * Waits for the token, and reads one generation, however long that takes.
   *
   * @throws InvalidConsistencyTokenError, ReadModelBehindError, ReadModelMissingError, and what `work` throws
   */
  async read<Result>(
    { name }: ReadModel,
    { token, timeoutMs = DEFAULT_TIMEOUT_MS }: ReadOptions,
    work: (queries: ReadModelQueries, generation: string) => Promise<Result>,
  ): Promise<Result> {
    const outcome = token
      ? await this.waitFor(name, parseConsistencyToken(token, this.log.partitions), timeoutMs)
      : 'reached';
    if (outcome === 'refused') {
      throw new InvalidConsistencyTokenError('it names a position that has not been written yet');
    }
    const generation = (await this.live.current()).get(name);
    if (generation === undefined) {
      throw new ReadModelMissingError(name);
    }
    if (outcome === 'behind') {
      throw new ReadModelBehindError(name, timeoutMs);
    }
    return work(this.readStore.queries, generation);
  }
}
