/** How many commands of each queue are processed at the moment, and where more may wait. */
export class QueueRoom {
  private readonly held: Map<string, number>;
  /** Queues that gave as many commands as there was room for. */
  private readonly full = new Set<string>();

  constructor(
    queues: readonly string[],
    private readonly limit: number,
  ) {
    this.held = new Map(queues.map((queue) => [queue, 0]));
  }

  /** The queues with room, and how much. */
  free(): ReadonlyMap<string, number> {
    return new Map(
      [...this.held]
        .filter(([, held]) => held < this.limit)
        .map(([queue, held]) => [queue, this.limit - held]),
    );
  }

  /** @param queues the queue of each command that was taken */
  take(wanted: ReadonlyMap<string, number>, queues: readonly string[]): void {
    for (const [queue, room] of wanted) {
      const taken = queues.filter((one) => one === queue).length;
      this.held.set(queue, this.held.get(queue)! + taken);
      if (taken === room) {
        this.full.add(queue);
      } else {
        this.full.delete(queue);
      }
    }
  }

  /** Whether a queue with room may have more commands. */
  mayHaveMore(): boolean {
    return [...this.full].some((queue) => this.held.get(queue)! < this.limit);
  }

  /** A command has left the queue. Returns true if there may be more of them. */
  leave(queue: string): boolean {
    this.held.set(queue, this.held.get(queue)! - 1);
    return this.full.has(queue);
  }
}
