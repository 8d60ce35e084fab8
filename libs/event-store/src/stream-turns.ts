/** Turns on streams within one process, taken in the order in which they were asked for. */
export class StreamTurns {
  /** Per stream, how many turns last or are waited for, and when the last of them is over. */
  private readonly streams = new Map<string, { turns: number; lastIsOver: Promise<void> }>();

  /** Whether a turn on the stream lasts or is waited for. */
  isTaken(streamId: string): boolean {
    return this.streams.has(streamId);
  }

  /** `work` may end its turn before it settles. */
  async take<Result>(
    streamIds: readonly string[],
    work: (end: () => void) => Promise<Result>,
  ): Promise<Result> {
    const { before, end } = this.join(new Set(streamIds));
    try {
      await before;
      return await work(end);
    } finally {
      end();
    }
  }

  /** Takes its place behind the turns of all these streams at once, so that no two wait for each other in a circle. */
  private join(streamIds: ReadonlySet<string>): { before: Promise<unknown>; end: () => void } {
    const before: Promise<void>[] = [];
    let resolve = (): void => {};
    const lastIsOver = new Promise<void>((over) => (resolve = over));
    for (const streamId of streamIds) {
      const stream = this.streams.get(streamId);
      if (stream) {
        before.push(stream.lastIsOver);
      }
      this.streams.set(streamId, { turns: (stream?.turns ?? 0) + 1, lastIsOver });
    }
    let isOver = false;
    const end = () => {
      if (!isOver) {
        isOver = true;
        streamIds.forEach((streamId) => this.leave(streamId));
        resolve();
      }
    };
    return { before: Promise.all(before), end };
  }

  private leave(streamId: string): void {
    const stream = this.streams.get(streamId)!;
    stream.turns -= 1;
    if (stream.turns === 0) {
      this.streams.delete(streamId);
    }
  }
}
