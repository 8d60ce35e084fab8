import { Inject, Injectable } from '@nestjs/common';
import { PROJECTIONS_GROUP, eventCodec } from '@tidemark/contracts';
import { EventStore } from '@tidemark/event-store';
import { READ_STORE } from '@tidemark/nestjs';
import { abilityOf, generationName, GenerationRegistry, GenerationVerifier } from '@tidemark/projections';
import type { ReadStore } from '@tidemark/read-models';
import { projections } from '../projections';

export interface LiveVerifier {
  readonly generation: number;
  readonly verifier: GenerationVerifier;
}

/** Creates the verifiers that compare the live generation of a read model with the log. */
@Injectable()
export class Verifiers {
  constructor(
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly registry: GenerationRegistry,
    private readonly log: EventStore,
  ) {}

  /** `undefined` if the version of the live generation is not that of this replica. */
  async live(
    name: string,
    { restMs = 0 }: { readonly restMs?: number } = {},
  ): Promise<LiveVerifier | undefined> {
    const state = await this.registry.state(name);
    const projection =
      state && projections.find((one) => abilityOf(one) === abilityOf({ name, version: state.live.version }));
    if (!projection) {
      return undefined;
    }
    const { projections: store } = this.readStore;
    const verifier = new GenerationVerifier({
      store,
      group: PROJECTIONS_GROUP,
      generation: generationName(name, state.live),
      projection,
      documents: store.documents,
      log: this.log,
      codec: eventCodec,
      restMs,
    });
    return { generation: state.live.generation, verifier };
  }
}
