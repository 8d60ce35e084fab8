import { within, type LogPosition } from '@tidemark/kernel';
import { scopedLogger } from '@tidemark/messaging';
import { CheckpointReader, LiveGenerations, type ReadModel } from '@tidemark/projections';
import { parseConsistencyToken } from '../consistency-token';
import { InvalidConsistencyTokenError, ReadModelBehindError, ReadModelMissingError } from '../errors';
import type { OpenLog } from '../log/open-log';
import type { OpenPart } from '../part';
import { PROJECTIONS_GROUP } from '../definitions/groups';
import type { OpenReadStore } from './open-read-store';

export interface ReadOptions {
  /** The consistency tokens of the writes that the read must see, joined by commas. */
  readonly token?: string | undefined;
  /** How long the read waits for them before it throws `ReadModelBehindError`; 5,000 by default. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Extra time for a check of the store that began in time. */
const GRACE_MS = 1_000;

/** Answers from read models, each from its live generation. */
export class ReadPart implements OpenPart {
  readonly checks = [];
  private readonly live: LiveGenerations;
  private readonly checkpoints: CheckpointReader;

  constructor(
    private readonly log: OpenLog,
    private readonly readStore: OpenReadStore,
  ) {
    const logger = scopedLogger('Tidemark');
    this.live = new LiveGenerations({
      store: readStore.projections,
      group: PROJECTIONS_GROUP,
      onFailed: (err) => logger.warn({ err }, 'could not look up which generations are live'),
    });
    this.checkpoints = new CheckpointReader({
      store: readStore.projections,
      log: log.store,
      live: this.live,
      group: PROJECTIONS_GROUP,
    });
  }

  start(): void {
    this.live.start();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.live.stop();
  }

  /**
   * Waits for the token, and reads one generation, however long that takes.
   *
   * @throws InvalidConsistencyTokenError, ReadModelBehindError, ReadModelMissingError, and what `work` throws
   */
  async read<Result>(
    { name }: ReadModel,
    { token, timeoutMs = DEFAULT_TIMEOUT_MS }: ReadOptions,
    work: (queries: OpenReadStore['queries'], generation: string) => Promise<Result>,
  ): Promise<Result> {
    if (token) {
      await this.waitFor(name, parseConsistencyToken(token, this.log.partitions), timeoutMs);
    }
    const generation = (await this.live.current()).get(name);
    if (generation === undefined) {
      throw new ReadModelMissingError(name);
    }
    return work(this.readStore.queries, generation);
  }

  /** A token that was already reached, as most are, needs no query of the log. */
  private async waitFor(name: string, positions: readonly LogPosition[], timeoutMs: number): Promise<void> {
    const over = new AbortController();
    const behind = () => new ReadModelBehindError(name, timeoutMs);
    const wait = (ms: number) =>
      this.checkpoints.waitFor(positions, ms, { readModels: [name], signal: over.signal });
    const follow = async () => {
      if (await wait(0)) {
        return;
      }
      await this.requireWritten(positions);
      if (!(await wait(timeoutMs))) {
        throw behind();
      }
    };
    try {
      await within(timeoutMs + GRACE_MS, follow(), behind);
    } finally {
      over.abort();
    }
  }

  /** A position that no write has returned would be awaited in vain. A log that does not answer delays no read. */
  private async requireWritten(positions: readonly LogPosition[]): Promise<void> {
    const heads = await this.log.store.committedHeads().catch(() => undefined);
    if (heads && positions.some(({ partition, position }) => position > (heads.get(partition) ?? 0))) {
      throw new InvalidConsistencyTokenError('it names a position that has not been written yet');
    }
  }
}
