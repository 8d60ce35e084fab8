import type { LogPosition } from '@tidemark/kernel';
import type { FollowedReadModels, Follower, TokenWaitOutcome } from '@tidemark/nestjs';
import { requireKnownPartitions, tokenBeyondHead, type ConsistencyToken } from '@tidemark/platform';
import type { ReadModelName } from '@tidemark/read-models';
import { ReadModelBehindError } from './read-model-behind-error';
import type { TokenWaitMetrics } from './token-wait-metrics';

export interface ReadYourWritesOptions {
  readonly readModels: Pick<FollowedReadModels, 'waitFor' | 'tokens'>;
  readonly eventLog: Follower;
  /** The number of partitions of the installation. */
  readonly partitions: number;
  readonly timeoutMs: number;
  readonly metrics: Pick<TokenWaitMetrics, 'startWait'>;
}

type Wait = (positions: readonly LogPosition[], timeoutMs: number) => Promise<TokenWaitOutcome>;

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
    return this.wait('read_models', token, (positions, ms) => readModels.waitFor(name, positions, ms));
  }

  /**
   * Waits before a read of the event store, which is only behind if it is read from a database replica. Throws as
   * `inReadModel` does.
   */
  inEventLog(token: ConsistencyToken | undefined): Promise<void> {
    const { readModels, eventLog } = this.options;
    return this.wait('event_log', token, (positions, ms) => readModels.tokens.for(positions, eventLog, ms));
  }

  private async wait(
    source: 'read_models' | 'event_log',
    token: ConsistencyToken | undefined,
    waitFor: Wait,
  ): Promise<void> {
    if (token === undefined) {
      return;
    }
    const { partitions, timeoutMs, metrics } = this.options;
    requireKnownPartitions(token, partitions);
    const done = metrics.startWait(source);
    let outcome: TokenWaitOutcome = 'behind';
    try {
      outcome = await waitFor(token, timeoutMs);
    } finally {
      done(outcome);
    }
    if (outcome === 'refused') {
      throw tokenBeyondHead();
    }
    if (outcome === 'behind') {
      throw new ReadModelBehindError(source, timeoutMs);
    }
  }
}
