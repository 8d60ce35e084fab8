import type { ParkedPageQuery, ParkedStore } from './parked-store';
import { requested, type ParkedRequest, type ParkedStream } from './parked-stream';

export interface ParkedWorkOptions {
  readonly store: ParkedStore;
  /** The event store, which tells how many events wait. */
  readonly log: { getStreamVersion(streamId: string): Promise<number> };
}

/** A parked stream as operators see it. */
export interface ParkedItem extends Omit<ParkedStream, 'starts' | 'revision'> {
  /** The number of the stream's events that wait behind the failed event; 0 if the stream is resolved. */
  readonly waiting: number;
}

/**
 * Shows operators a group's parked streams, and takes their requests. Any replica accepts a request, and the
 * partition's owner carries it out.
 */
export class ParkedWork {
  constructor(private readonly options: ParkedWorkOptions) {}

  async find(id: string): Promise<ParkedItem | undefined> {
    const stream = await this.options.store.find(id);
    return stream && this.itemOf(stream);
  }

  async page(query: ParkedPageQuery): Promise<readonly ParkedItem[]> {
    const streams = await this.options.store.page(query);
    return Promise.all(streams.map((stream) => this.itemOf(stream)));
  }

  /** Records a request, durably, for the owner of the partition. `undefined` when there is no such stream. */
  async request(
    id: string,
    request: ParkedRequest,
    actor: string,
  ): Promise<ParkedItem | 'not_parked' | undefined> {
    for (;;) {
      const stream = await this.options.store.find(id);
      if (!stream) {
        return undefined;
      }
      const asked = requested(stream, request, actor, new Date().toISOString());
      if (!asked) {
        return 'not_parked';
      }
      if (await this.options.store.request(stream, asked)) {
        return this.itemOf(asked);
      }
    }
  }

  private async itemOf({
    starts: _starts,
    revision: _revision,
    ...stream
  }: ParkedStream): Promise<ParkedItem> {
    const head = await this.options.log.getStreamVersion(stream.streamId);
    const waiting = stream.status === 'RESOLVED' ? 0 : Math.max(0, head - stream.event.version);
    return { ...stream, waiting };
  }
}
