import type { GenerationRegistry, Projection } from '@tidemark/projections';
import { ProjectionVersionLoweredError } from '../errors';

/** @throws ProjectionVersionLoweredError if a live generation has a higher version than the code; the store's faults */
export async function requireVersions(
  registry: GenerationRegistry,
  projections: readonly Projection[],
): Promise<void> {
  const live = new Map((await registry.states()).map((state) => [state.name, state.live.version]));
  for (const { name, version } of projections) {
    const liveVersion = live.get(name) ?? version;
    if (liveVersion > version) {
      throw new ProjectionVersionLoweredError(name, version, liveVersion);
    }
  }
}
