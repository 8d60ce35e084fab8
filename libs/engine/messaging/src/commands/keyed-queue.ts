/** Runs tasks of the same key one after another, in order of arrival, and those of different keys concurrently. */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** The task must not reject. */
  run(key: string, task: () => Promise<void>): Promise<void> {
    const done = (this.tails.get(key) ?? Promise.resolve()).then(task);
    this.tails.set(key, done);
    return done.finally(() => {
      if (this.tails.get(key) === done) {
        this.tails.delete(key);
      }
    });
  }
}
