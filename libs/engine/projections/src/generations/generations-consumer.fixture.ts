import { LeaseLostError, type GroupStore, type Lease } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { DocumentStoreUnavailableError } from '../errors';
import type { Projection } from '../projection';
import { partitions, type GenerationsBed } from './generations-bed.fixture';
import type { GroupFeed } from './group-feed';

/** The time from an append until the group gets the event on a busy machine. A line reads the log itself. */
const BROKER_MS = 100;
const POLL_MS = 10;

/** Does the work of `ConsumerGroup`, without a broker. */
export class GenerationsConsumer {
  private readonly store: GroupStore;
  private readonly handler: GroupFeed;
  private stopped = false;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly bed: GenerationsBed,
    private readonly owner: string,
    projections: readonly Projection[],
    private readonly batchSize: number,
  ) {
    this.store = bed.leases(projections);
    this.handler = bed.handler(projections);
  }

  start(): void {
    this.running = Promise.all(Array.from({ length: partitions }, (_, partition) => this.consume(partition)));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Resolves when it owns all partitions. */
  async hasEverything(): Promise<void> {
    await eventually(async () => {
      const owned = (await this.store.partitions()).filter(({ owner }) => owner === this.owner);
      expect(owned).toHaveLength(partitions);
    });
  }

  private async consume(partition: number): Promise<void> {
    let lease: Lease | undefined;
    while (!this.stopped) {
      lease ??= await this.store.acquire(partition, this.owner, 60_000);
      try {
        if (!lease || !(await this.step(lease))) {
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
      } catch (error) {
        if (error instanceof LeaseLostError) {
          lease = undefined;
        } else if (!(error instanceof DocumentStoreUnavailableError)) {
          throw error;
        }
      }
    }
    if (lease) {
      await this.store.release(lease);
    }
  }

  private async step(lease: Lease): Promise<boolean> {
    const after = await this.store.loadCheckpoint(lease.partition);
    if (!after) {
      throw new LeaseLostError(lease, 'the group store was lost');
    }
    const written = await this.bed.log.readPartition(lease.partition, after.position + 1, this.batchSize);
    // While this looks at one event after another, a later one may come of age. None before it must be left out.
    const firstYoung = written.findIndex((event) => this.bed.ageOf(event) < BROKER_MS);
    const events = firstYoung === -1 ? written : written.slice(0, firstYoung);
    const last = events.at(-1);
    if (!last) {
      return false;
    }
    const to = { position: last.position, eventId: last.eventId };
    await this.handler.handle({ lease, after, to, events }, new AbortController().signal);
    return true;
  }
}
