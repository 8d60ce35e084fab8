/** A piece of work that stands before its next step. */
export interface Turn {
  readonly replica: string;
  /** What it does next. */
  readonly does: string;
  readonly go: () => void;
}

/** Work of several replicas that goes on one step at a time, in the order that the caller decides. */
export class Turns {
  /** Longest first. */
  waiting: readonly Turn[] = [];

  /** Resolves when it is this work's turn; never, when its replica has died by then. */
  at(replica: string, does: string): Promise<void> {
    return new Promise((go) => {
      this.waiting = [...this.waiting, { replica, does, go }];
    });
  }

  take(turn: Turn): void {
    this.waiting = this.waiting.filter((other) => other !== turn);
    turn.go();
  }

  /** What its work had in memory is gone. */
  kill(replica: string): void {
    this.waiting = this.waiting.filter((turn) => turn.replica !== replica);
  }

  /**
   * Resolves when all work has come to its next step, or to its end. Nothing here waits for anything but promises, and
   * Node calls back once no promise has anything left to do. `setImmediate` would do, too; it costs a turn of the event
   * loop.
   */
  settled(): Promise<void> {
    return new Promise((resolve) => process.nextTick(resolve));
  }
}
