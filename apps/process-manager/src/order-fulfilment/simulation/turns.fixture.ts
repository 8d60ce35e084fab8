/** A piece of work that waits before its next step. */
export interface Turn {
  readonly replica: string;
  /** A description of its next step. */
  readonly does: string;
  readonly go: () => void;
}

/** Work of several replicas, one step at a time, in the order that the caller decides. */
export class Turns {
  /** The work that has waited longest comes first. */
  readonly waiting: Turn[] = [];
  /** Whether all work waits before its next step, or has ended. */
  areSettled = true;

  /** Starts a piece of work. */
  start(work: () => Promise<void>, failed: (error: unknown) => void): void {
    const { length } = this.waiting;
    work().catch(failed);
    // If the work already waits for its first turn, it has nothing else to do now.
    this.areSettled &&= this.waiting.length > length;
  }

  /** Resolves when it is this work's turn. Never resolves if its replica dies before that. */
  at(replica: string, does: string): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ replica, does, go });
    });
  }

  take(turn: Turn): void {
    this.waiting.splice(this.waiting.indexOf(turn), 1);
    this.areSettled = false;
    turn.go();
  }

  /** Ends the replica's work, wherever it waits. */
  kill(replica: string): void {
    const others = this.waiting.filter((turn) => turn.replica !== replica);
    this.waiting.splice(0, Infinity, ...others);
  }

  /**
   * Resolves when all work waits before its next step, or has ended. The work waits for promises only, and Node runs
   * this callback when no promise has work left. `setImmediate` would do as well, but costs a turn of the event loop.
   */
  settled(): Promise<void> {
    return new Promise((resolve) =>
      process.nextTick(() => {
        this.areSettled = true;
        resolve();
      }),
    );
  }
}
