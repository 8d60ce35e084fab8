/**
 * The changes of one instance's timers that a transaction has to write: timers that its inputs have set, removed or
 * held.
 */
export class InstanceTimers {
  /** The due times by name; `undefined` removes the timer. */
  readonly wanted = new Map<string, string | undefined>();
  readonly held = new Set<string>();
  /** Whether held timers of earlier transactions become due again. */
  areReleased = false;

  set(name: string, dueAt: string): void {
    this.wanted.set(name, dueAt);
    this.held.delete(name);
  }

  remove(name: string): void {
    this.wanted.set(name, undefined);
    this.held.delete(name);
  }

  /**
   * Holds a timer, which fires once the instance continues. If it stayed due, every poll would try it, before the
   * timers of other instances.
   */
  hold(name: string, dueAt: string): void {
    this.wanted.set(name, dueAt);
    this.held.add(name);
  }

  release(): void {
    this.held.clear();
    this.areReleased = true;
  }
}
