/** Grants turns on streams within one process, in the order of the requests. */
export class StreamTurns {
  /** For each stream, the number of running and waiting turns, and a promise for the end of the last. */
  private readonly streams = new Map<string, { turns: number; lastIsOver: Promise<void> }>();

  /** Whether a turn on the stream is running or waiting. */
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

  /** Queues for the turns of all these streams in one step, so that calls never deadlock. */
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
