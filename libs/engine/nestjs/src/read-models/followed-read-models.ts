import type { EventLog } from '@tidemark/event-store';
import { scopedLogger } from '@tidemark/messaging';
import { CheckpointReader, LiveGenerations, type ReadStore } from '@tidemark/projections';
import { PROJECTIONS_GROUP } from '../definitions/groups';
import type { OpenPart } from '../part';
import { LogHeads } from './log-heads';
import { TokenWait, type TokenWaitOutcome } from './token-wait';
import type { LogPosition } from '@tidemark/kernel';

interface Options {
  readonly log: Pick<EventLog, 'store'>;
  readonly readStore: ReadStore;
  /** The consumer group that fills the read models; `projections` by default. */
  readonly group?: string;
}

/** Knows which generations of the read models are live, and how far they have followed the log. */
export class FollowedReadModels implements OpenPart {
  readonly checks = [];
  readonly live: LiveGenerations;
  /** For waits on something else than a read model. */
  readonly tokens: TokenWait;
  private readonly checkpoints: CheckpointReader;

  constructor({ log, readStore: { projections: store }, group = PROJECTIONS_GROUP }: Options) {
    const logger = scopedLogger(LiveGenerations.name);
    const live = new LiveGenerations({
      store,
      group,
      onFailed: (err) => logger.warn({ err }, 'could not look up which generations are live'),
    });
    this.live = live;
    this.checkpoints = new CheckpointReader({ store, log: log.store, live, group });
    this.tokens = new TokenWait(new LogHeads(log.store));
  }

  /** Waits until a read of the read model sees these positions. @throws what `TokenWait.for` throws */
  waitFor(name: string, positions: readonly LogPosition[], timeoutMs: number): Promise<TokenWaitOutcome> {
    const waitFor = (awaited: readonly LogPosition[], ms: number, signal: AbortSignal) =>
      this.checkpoints.waitFor(awaited, ms, { readModels: [name], signal });
    return this.tokens.for(positions, { waitFor }, timeoutMs);
  }

  start(): void {
    this.live.start();
  }

  /** Goes on: the last requests still read. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.live.stop();
  }
}
