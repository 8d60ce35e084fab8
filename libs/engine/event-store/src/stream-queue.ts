import { StoreUnavailableError } from './errors';

/**
 * Runs the work of one process on a stream one after another, in order of arrival. Concurrent decisions would all be
 * refused except one, and then decided again (measured with 64 writers on a stream: 60 times slower).
 *
 * If the log can't be reached, all waiting work fails with the same fault. Each would meet the same fault, after a
 * time-out of its own.
 */
export class StreamQueue {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<Result>(streamId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.tails.get(streamId);
    const result = before ? before.then(work, (fault: unknown) => afterFault(fault, work)) : work();
    this.tails.set(streamId, result);
    const forget = () => {
      if (this.tails.get(streamId) === result) {
        this.tails.delete(streamId);
      }
    };
    result.then(forget, forget);
    return result;
  }
}

async function afterFault<Result>(fault: unknown, work: () => Promise<Result>): Promise<Result> {
  if (fault instanceof StoreUnavailableError) {
    throw fault;
  }
  return work();
}
