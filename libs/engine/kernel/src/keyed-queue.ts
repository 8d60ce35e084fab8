/**
 * Runs tasks of the same key one after another, in the order in which they came, and those of different keys at once.
 */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<unknown>>();

  /**
   * Settles as the task does. The task is given the fault of the one before it, if that failed, and decides what to do.
   */
  run<Result>(key: string, task: (faultBefore?: unknown) => Promise<Result>): Promise<Result> {
    const before = this.tails.get(key);
    const result = before ? before.then(() => task(), task) : task();
    this.tails.set(key, result);
    const forget = () => {
      if (this.tails.get(key) === result) {
        this.tails.delete(key);
      }
    };
    result.then(forget, forget);
    return result;
  }
}
