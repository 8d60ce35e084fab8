import type { Db } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';
import { lineOf } from './generation';
import { hasPassed } from './has-passed';
import { PartitionMembers, type Membership } from './partition-members';

const POLL_MS = 20;

/** How far generations have come: by the group's checkpoint where that speaks for them, else by their own line's. */
export class GenerationPositions {
  private readonly members: PartitionMembers;

  constructor(
    private readonly db: Db,
    private readonly group: string,
  ) {
    this.members = new PartitionMembers(db, group);
  }

  /** By partition; a partition that nothing was done in is absent. */
  async of(generation: string): Promise<ReadonlyMap<number, number>> {
    // The line first: a generation that joins in between is where its line was, or further.
    const own = await this.line(generation).all();
    const shared = await this.members.all();
    const partitions = new Set([...own.keys(), ...shared.keys()]);
    return new Map(
      [...partitions].map((partition) => [
        partition,
        positionIn(generation, shared.get(partition), own.get(partition)),
      ]),
    );
  }

  /** By partition, the position up to which the group, and all of these generations, have come. */
  async leastIn(
    partitions: readonly number[],
    generations: readonly string[],
  ): Promise<ReadonlyMap<number, number>> {
    const shared = await this.members.of(partitions);
    const lines = await Promise.all(
      generations.map(async (generation) => {
        const apart = partitions.filter((one) => !shared.get(one)?.generations.includes(generation));
        return { apart, own: apart.length > 0 ? await this.line(generation).of(apart) : undefined };
      }),
    );
    return new Map(
      partitions.map((partition) => {
        const own = lines
          .filter(({ apart }) => apart.includes(partition))
          .map((line) => line.own?.get(partition));
        const positions = [shared.get(partition), ...own].map((found) => found?.checkpoint.position ?? 0);
        return [partition, Math.min(...positions)];
      }),
    );
  }

  /** Whether `generation` comes, within `timeoutMs`, to where `other` is now. */
  async reach(generation: string, other: string, timeoutMs: number): Promise<boolean> {
    const targets = await this.of(other);
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      if (hasPassed(await this.of(generation), targets)) {
        return true;
      }
      if (performance.now() >= deadline) {
        return false;
      }
      await delay(POLL_MS);
    }
  }

  private line(generation: string): PartitionMembers {
    return new PartitionMembers(this.db, lineOf(this.group, generation));
  }
}

function positionIn(generation: string, shared: Membership | undefined, own: Membership | undefined): number {
  const holder = shared?.generations.includes(generation) ? shared : own;
  return holder?.checkpoint.position ?? 0;
}
