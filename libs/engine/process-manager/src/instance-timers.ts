/**
 * The timers of one instance that its inputs have set, taken away or parked: what a transaction has to write of them.
 */
export class InstanceTimers {
  /** By name; `undefined` removes the timer. */
  readonly wanted = new Map<string, string | undefined>();
  readonly parked = new Set<string>();
  /** Parked timers of earlier transactions come due again. */
  areReleased = false;

  set(name: string, dueAt: string): void {
    this.wanted.set(name, dueAt);
    this.parked.delete(name);
  }

  remove(name: string): void {
    this.wanted.set(name, undefined);
    this.parked.delete(name);
  }

  /** It fires once the instance goes on. Left due, it would be tried by every poll, ahead of the timers of others. */
  park(name: string, dueAt: string): void {
    this.wanted.set(name, dueAt);
    this.parked.add(name);
  }

  release(): void {
    this.parked.clear();
    this.areReleased = true;
  }
}
