import type { ProjectionStore } from './projection-store';
import type { Feed } from './feed';
import { lineOf, modelOf } from './generation';
import { fedGenerations, type GenerationRegistry } from './generation-registry';
import type { ReadModelState } from './generation-states';

export interface ReleaseOptions {
  readonly store: ProjectionStore;
  readonly group: string;
  readonly registry: GenerationRegistry;
}

/** How often a release is tried again at once, because the group has moved its checkpoint meanwhile. */
const ATTEMPTS = 20;

/**
 * Takes every generation of a paused read model out of the group's feed. Each generation's line continues where the
 * group's checkpoint was. May be repeated, and done by several replicas at once.
 *
 * A line of a replica that has not seen the pause yet may let its generation join again. So every replica repeats this.
 */
export async function releasePaused(
  options: ReleaseOptions,
  states: readonly ReadModelState[],
): Promise<void> {
  const paused = states.filter((state) => state.paused).flatMap(fedGenerations);
  const shared = options.store.feeds(options.group);
  for (let attempt = 0; paused.length > 0 && attempt < ATTEMPTS; attempt += 1) {
    let isDone = true;
    for (const feed of (await shared.all()).values()) {
      for (const generation of feed.generations.filter((one) => paused.includes(one))) {
        isDone = (await release(options, feed, generation)) && isDone;
      }
    }
    if (isDone) {
      return;
    }
  }
}

/** False if the group has moved its checkpoint, so that the generation contains more by now. */
export async function release(options: ReleaseOptions, feed: Feed, generation: string): Promise<boolean> {
  await prepareRelease(options, feed, generation);
  return options.store.feeds(options.group).release(feed.partition, generation, feed.checkpoint);
}

/**
 * Stores where the generation's line begins, and which parked streams it lacks, before the group's checkpoint stops
 * covering the generation. As long as the checkpoint covers it, both change nothing.
 */
export async function prepareRelease(
  { store, group, registry }: ReleaseOptions,
  { partition, checkpoint }: Feed,
  generation: string,
): Promise<void> {
  const waiting = await store.parked(group).openIn([partition]);
  if (waiting.length > 0) {
    const streams = waiting.map(({ id, streamId }) => ({ id, streamId }));
    await registry.owe(modelOf(generation), generation, partition, streams);
  }
  await store.feeds(lineOf(group, generation)).raise(partition, checkpoint);
}
