import { KeyedQueue } from '@tidemark/kernel';
import { StoreUnavailableError } from '@tidemark/postgres';

/**
 * Runs the work of one process on a stream one after another, in order of arrival. Concurrent decisions would all be
 * refused except one, and then decided again (measured with 64 writers on a stream: 60 times slower).
 *
 * If the log can't be reached, all waiting work fails with the same fault. Each would get the same fault, after a
 * time-out of its own.
 */
export class StreamQueue {
  private readonly queue = new KeyedQueue();

  run<Result>(streamId: string, work: () => Promise<Result>): Promise<Result> {
    return this.queue.run(streamId, (faultBefore) =>
      faultBefore instanceof StoreUnavailableError ? Promise.reject(faultBefore) : work(),
    );
  }
}
