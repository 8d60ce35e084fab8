import { partitionOf, type EventStore } from '@tidemark/event-store';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const STREAMS_PER_PARTITION = 3;
const PACE_MS = 50;

/** Fills the log: a few streams in each partition, all of which grow together. */
export class LogWriter {
  private readonly streams: readonly string[];
  private load: { readonly ended: Promise<void>; readonly stopping: AbortController } | undefined;

  constructor(
    private readonly store: EventStore,
    partitions: number,
  ) {
    const keys = Array.from({ length: 100 * partitions }, (_, number) => `s${number}`);
    this.streams = Array.from({ length: partitions }, (_, partition) =>
      keys.filter((key) => partitionOf(key, partitions) === partition).slice(0, STREAMS_PER_PARTITION),
    ).flat();
  }

  /** Appends one event to every stream, `rounds` times. */
  async append(rounds: number): Promise<void> {
    for (let round = 1; round <= rounds; round += 1) {
      await Promise.all(this.streams.map((stream) => this.appendTo(stream, round)));
    }
  }

  /** Appends a round every `PACE_MS` until the returned function is called. */
  appendAllTheTime(): () => Promise<void> {
    const stopping = new AbortController();
    this.load = { ended: this.appendUntil(stopping.signal), stopping };
    return () => this.stop();
  }

  /** Ends `appendAllTheTime`. A test that did not get that far may have left it running. */
  async stop(): Promise<void> {
    this.load?.stopping.abort();
    await this.load?.ended;
  }

  private async appendUntil(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      await this.append(1);
      await delay(PACE_MS);
    }
  }

  private appendTo(stream: string, round: number): Promise<unknown> {
    const commandId = randomUUID();
    return this.store.append({
      streamType: 'Counter',
      aggregateId: stream,
      partitionKey: stream,
      expectedVersion: 'any',
      events: [{ type: 'Counted', data: { round } }],
      command: {
        commandId,
        commandHash: createHash('sha256').update(commandId).digest('hex'),
        correlationId: commandId,
        actor: 'faults',
      },
    });
  }
}
