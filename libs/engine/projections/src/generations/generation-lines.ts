import { lineOf, bound } from './generation';
import { GenerationLine, type GenerationLineOptions } from './generation-line';
import { fedGenerations, type ReadModelState } from './generation-registry';
import { isFedByOwner, PartitionMembers } from './partition-members';
import type { Projection } from '../projection';
import { Turns } from './turns';

export interface GenerationLinesOptions extends Omit<
  GenerationLineOptions,
  'generation' | 'projection' | 'turns'
> {
  readonly projections: readonly Projection[];
  /** Pages that are folded at the same time, of all generations together; without a bound by default. */
  readonly pagesAtOnce?: number;
  /** How long none follows a page, in percent of the time that it took; 0 by default. */
  readonly restPercent?: number;
}

/** The lines of this replica: one for each generation that it can fold and that the group does not feed everywhere. */
export class GenerationLines {
  private readonly running = new Map<string, GenerationLine>();
  private readonly members: PartitionMembers;
  private readonly turns: Turns;

  constructor(private readonly options: GenerationLinesOptions) {
    this.turns = new Turns({ atOnce: options.pagesAtOnce ?? Infinity, restPercent: options.restPercent });
    this.members = new PartitionMembers(options.db, options.group);
  }

  /** Starts the lines that are needed and stops the others. */
  async adjust(states: readonly ReadModelState[]): Promise<void> {
    const needed = new Set<string>();
    for (const { name: generation } of bound(this.options.projections, states.flatMap(fedGenerations))) {
      if (await this.lacksPartitions(generation)) {
        needed.add(generation);
        this.start(generation);
      }
    }
    await this.stopAllBut(needed);
  }

  async stop(): Promise<void> {
    await this.stopAllBut(new Set());
  }

  /** Whether the group leaves some partition of it to a line, or will, once those that need no filling have joined. */
  private async lacksPartitions(generation: string): Promise<boolean> {
    const { db, group, log } = this.options;
    const [own, heads] = await Promise.all([
      new PartitionMembers(db, lineOf(group, generation)).all(),
      log.heads(),
    ]);
    let lacking = false;
    for (const [partition, membership] of await this.members.all()) {
      if (!isFedByOwner(membership, generation)) {
        const { checkpoint } = membership;
        const position = own.get(partition)?.checkpoint.position ?? 0;
        const isAtRest = checkpoint.position === 0 || heads.get(partition) === position;
        const joined =
          isAtRest &&
          position >= checkpoint.position &&
          (await this.members.join(partition, generation, position));
        lacking ||= !joined;
      }
    }
    return lacking;
  }

  private start(generation: string): void {
    if (this.running.has(generation)) {
      return;
    }
    const [projection] = bound(this.options.projections, [generation]);
    const line = new GenerationLine({
      ...this.options,
      turns: this.turns,
      generation,
      projection: projection!,
    });
    this.running.set(generation, line);
    line.start();
  }

  private async stopAllBut(needed: ReadonlySet<string>): Promise<void> {
    const superfluous = [...this.running].filter(([generation]) => !needed.has(generation));
    await Promise.all(
      superfluous.map(async ([generation, line]) => {
        this.running.delete(generation);
        await line.stop();
      }),
    );
  }
}
