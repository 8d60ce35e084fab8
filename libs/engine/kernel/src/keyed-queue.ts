/**
 * Runs tasks of the same key one after another, in the order of the calls. Tasks of different keys run concurrently.
 */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<unknown>>();

  /**
   * Settles as the task does. If the previous task failed, this task gets its fault and decides what to do.
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
