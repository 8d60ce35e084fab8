/** A clock that stands still until a test moves it. */
export class TestClock {
  private ms: number;

  constructor(startsAt: Date) {
    this.ms = startsAt.getTime();
  }

  readonly now = (): Date => new Date(this.ms);

  /** Moves to an instant, or stays if that has passed. */
  moveTo(ms: number): void {
    this.ms = Math.max(this.ms, ms);
  }
}
