import type { LogReader } from '@tidemark/messaging';
import { randomUUID } from 'node:crypto';
import type { Projection } from '../projection';
import type { ProjectionStore } from './projection-store';
import { generationName, type GenerationRef } from './generation';
import { GenerationFeeds } from './generation-feeds';
import type { GenerationRegistry } from './generation-registry';
import { progressOf, type Rebuild, type RebuildProgress } from './rebuild';
import type { RebuildStore } from './rebuild-store';

export interface RebuildsOptions {
  readonly store: ProjectionStore;
  readonly group: string;
  readonly projections: readonly Projection[];
  readonly registry: GenerationRegistry;
  readonly log: Pick<LogReader, 'heads'>;
  /** How long a rollback waits for the previous generation to catch up with the live one; 2 s by default. */
  readonly catchUpMs?: number;
}

export type RebuildRefusal = 'unknown_projection' | 'rebuild_in_progress' | 'outdated_replica';

export type RollbackRefusal =
  | 'unknown_projection'
  | 'rebuild_in_progress'
  | 'no_previous_generation'
  | 'previous_generation_behind'
  | 'projection_paused';

/** The requests that operators can make about generations, at any replica. */
export class Rebuilds {
  private readonly records: RebuildStore;
  private readonly feeds: GenerationFeeds;

  constructor(private readonly options: RebuildsOptions) {
    this.records = options.store.rebuilds;
    this.feeds = new GenerationFeeds(options.store, options.group);
  }

  /** Begins a generation beside the live one, in this replica's version. If it is paused, it is filled when resumed. */
  async request(name: string, requestedBy: string): Promise<Rebuild | RebuildRefusal> {
    const { registry, projections } = this.options;
    const projection = projections.find((candidate) => candidate.name === name);
    const state = projection && (await registry.state(name));
    if (!projection || !state) {
      return 'unknown_projection';
    }
    if (projection.version < state.live.version) {
      return 'outdated_replica';
    }
    const request = { rebuildId: randomUUID(), requestedBy, requestedAt: new Date() };
    const begun = await registry.begin(name, projection.version, request);
    if (begun?.rebuildId !== request.rebuildId) {
      return 'rebuild_in_progress';
    }
    const { version, generation } = begun;
    const { rebuildId: id, requestedAt } = request;
    const rebuild: Rebuild = {
      id,
      projection: name,
      version,
      generation,
      state: 'REQUESTED',
      requestedBy,
      requestedAt,
    };
    await this.records.ensure(rebuild);
    return rebuild;
  }

  /** Requests a rebuild of every projection whose version is higher than that of its live generation. */
  async requestRaised(): Promise<readonly Rebuild[]> {
    const states = await this.options.registry.ensure(this.options.projections);
    const raised = this.options.projections.filter(({ name, version }) =>
      states.some((state) => state.name === name && state.live.version < version),
    );
    const asked = await Promise.all(raised.map(({ name }) => this.request(name, 'deployment')));
    return asked.filter((answer) => typeof answer !== 'string');
  }

  async find(id: string): Promise<RebuildProgress | undefined> {
    const rebuild = await this.records.find(id);
    if (!rebuild) {
      return undefined;
    }
    const positions = await this.feeds.positionsOf(generationName(rebuild.projection, rebuild));
    // Reads the heads after the positions, so that the progress never exceeds the log.
    const heads = await this.options.log.heads();
    return progressOf(rebuild, sum(positions.values()), sum(heads.values()), new Date());
  }

  /**
   * Makes the previous generation live again, provided that it is up to date with the live one and that a replica has
   * the code to feed it.
   */
  async rollBack(name: string): Promise<GenerationRef | RollbackRefusal> {
    const { registry, catchUpMs = 2_000 } = this.options;
    const state = await registry.state(name);
    if (!state) {
      return 'unknown_projection';
    }
    const { live, previous, building, paused } = state;
    if (paused) {
      return 'projection_paused';
    }
    if (building) {
      return 'rebuild_in_progress';
    }
    if (!previous) {
      return 'no_previous_generation';
    }
    const [to, from] = [generationName(name, previous), generationName(name, live)];
    if (!(await this.feeds.isFed(to)) || !(await this.feeds.reach(to, from, catchUpMs))) {
      return 'previous_generation_behind';
    }
    const { version, generation } = previous;
    return (await registry.rollBack(name, generation)) ? { version, generation } : 'no_previous_generation';
  }
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
