/**
 * The timers of one instance that its inputs have set, taken away or held: what a transaction has to write of them.
 */
export class InstanceTimers {
  /** By name; `undefined` removes the timer. */
  readonly wanted = new Map<string, string | undefined>();
  readonly held = new Set<string>();
  /** Held timers of earlier transactions come due again. */
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
   * It fires once the instance continues. If it stayed due, every poll would try it, before the timers of other
   * instances.
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
