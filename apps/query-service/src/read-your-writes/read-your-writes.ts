import { within, type LogPosition } from '@tidemark/kernel';
import { requireKnownPartitions, tokenBeyondHead, type ConsistencyToken } from '@tidemark/platform';
import type { CheckpointReader } from '@tidemark/projections';
import type { ReadModelName } from '@tidemark/read-models';
import type { LogHeads } from './log-heads';
import type { TokenWaitMetrics, TokenWaitOutcome } from './token-wait-metrics';
import { ReadModelBehindError } from './read-model-behind-error';

/** Extra time for a check of the store that started in time. */
const GRACE_MS = 1_000;

/** A part that follows the log and that reads can wait for. */
export interface Follower {
  /** `true` as soon as it has reached all positions; `false` after `timeoutMs`, or when the signal ends the wait. */
  waitFor(positions: readonly LogPosition[], timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

export interface ReadYourWritesOptions {
  readonly readModels: Pick<CheckpointReader, 'waitFor'>;
  readonly eventLog: Follower;
  readonly heads: Pick<LogHeads, 'isAnyBeyond'>;
  /** The number of partitions of the installation. */
  readonly partitions: number;
  readonly timeoutMs: number;
  readonly metrics: Pick<TokenWaitMetrics, 'startWait'>;
}

/**
 * Makes a read wait for the writes that its consistency token names. Without a token, the read does not wait. Wait
 * before the read, so that it contains those writes.
 */
export class ReadYourWrites {
  constructor(private readonly options: ReadYourWritesOptions) {}

  /**
   * Waits before a read of this read model.
   *
   * @throws ProblemException 400 when the token names a partition or a position that the log does not have
   * @throws ReadModelBehindError after the bound
   */
  inReadModel(name: ReadModelName, token: ConsistencyToken | undefined): Promise<void> {
    const { readModels } = this.options;
    const follower: Follower = {
      waitFor: (positions, timeoutMs, signal) =>
        readModels.waitFor(positions, timeoutMs, { readModels: [name], signal }),
    };
    return this.wait('read_models', follower, token);
  }

  /**
   * Waits before a read of the event store, which is only behind if it is read from a database replica. Throws as
   * `inReadModel` does.
   */
  inEventLog(token: ConsistencyToken | undefined): Promise<void> {
    return this.wait('event_log', this.options.eventLog, token);
  }

  private async wait(
    source: 'read_models' | 'event_log',
    follower: Follower,
    token: ConsistencyToken | undefined,
  ): Promise<void> {
    if (token === undefined) {
      return;
    }
    const { partitions, timeoutMs, metrics } = this.options;
    requireKnownPartitions(token, partitions);
    const done = metrics.startWait(source);
    const behind = () => new ReadModelBehindError(source, timeoutMs);
    const over = new AbortController();
    let outcome: TokenWaitOutcome = 'behind';
    try {
      // If the store does not answer, the read does not wait longer.
      outcome = await within(timeoutMs + GRACE_MS, this.follow(follower, token, over.signal), behind);
    } finally {
      over.abort();
      done(outcome);
    }
    if (outcome === 'refused') {
      throw tokenBeyondHead();
    }
    if (outcome === 'behind') {
      throw behind();
    }
  }

  /**
   * A token that was already reached, as most are, needs no query of the log. A log that does not answer does not delay
   * the read.
   */
  private async follow(
    follower: Follower,
    token: ConsistencyToken,
    signal: AbortSignal,
  ): Promise<TokenWaitOutcome> {
    const { heads, timeoutMs } = this.options;
    const wait = async (ms: number) => ((await follower.waitFor(token, ms, signal)) ? 'reached' : 'behind');
    const first = await wait(0);
    if (first === 'reached') {
      return first;
    }
    const followed = wait(timeoutMs);
    const refused = heads.isAnyBeyond(token).then(
      (isBeyond) => (isBeyond ? 'refused' : followed),
      () => followed,
    );
    return Promise.race([followed, refused]);
  }
}
