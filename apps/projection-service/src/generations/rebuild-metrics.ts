import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@tidemark/platform';
import { GenerationRegistry } from '@tidemark/projections';

/**
 * Which generation of each read model is live, and whether another is being filled. Every replica reports the same
 * values.
 */
@Injectable()
export class RebuildMetrics {
  private readonly logger = new Logger(RebuildMetrics.name);

  constructor(metrics: Metrics, registry: GenerationRegistry) {
    const building = metrics.gauge({
      name: 'tidemark_projection_rebuilding',
      help: '1 while a rebuild fills another generation of the read model',
      labelNames: ['read_model'],
    });
    const live = metrics.gauge({
      name: 'tidemark_projection_generation',
      help: 'The generation of the read model that queries read',
      labelNames: ['read_model'],
      collect: async () => {
        live.reset();
        building.reset();
        try {
          for (const state of await registry.states()) {
            live.set({ read_model: state.name }, state.live.generation);
            building.set({ read_model: state.name }, state.building ? 1 : 0);
          }
        } catch (error) {
          this.logger.warn({ err: error }, 'could not look up the generations');
        }
      },
    });
  }
}

/** Called for each generation whose documents the server of the read models can't check. */
export function uncheckedMetric(metrics: Metrics): (generation: string) => void {
  const unchecked = metrics.gauge({
    name: 'tidemark_projection_unvalidated_collection',
    help: "1 if the server of the read models can't check the documents of this generation",
    labelNames: ['generation'],
  });
  return (generation) => unchecked.set({ generation }, 1);
}
