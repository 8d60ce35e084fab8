import type { LookUp as LookUpOfIds } from '@tidemark/projections';
import type { ReadModelName } from '@tidemark/read-models';
import DataLoader from 'dataloader';
import { LookUpQuery, type LookUp } from './look-up-query';

/** A server returns up to 101 documents in its first batch; more would need a second request. */
const MOST_LOOK_UPS = 100;

interface Found {
  readonly _id: string;
}

type Find = (readModel: ReadModelName, lookUps: readonly LookUpOfIds[]) => Promise<readonly Found[]>;

type Answer = Promise<Found | undefined>;

/**
 * Look-ups of one turn of the event loop share one query per read model, because a query costs the driver more than a
 * document. Each is answered with the data at the time of the look-up or later; nothing is cached. A slow or failing
 * query affects only the look-ups in it.
 */
export class LookUps {
  private readonly loader = new DataLoader<LookUp, Answer>((lookUps) => this.answersTo(lookUps), {
    cache: false,
    maxBatchSize: MOST_LOOK_UPS,
    batchScheduleFn: (send) => setImmediate(send),
  });

  constructor(private readonly find: Find) {}

  /** Rejects with the error of `find`. */
  async load(lookUp: LookUp): Answer {
    return await this.loader.load(lookUp);
  }

  /** Each look-up has its own promise, so that none waits for another query. */
  private answersTo(lookUps: readonly LookUp[]): Promise<Answer[]> {
    const foundFor = new Map<LookUp, Promise<ReadonlyMap<string, Found>>>();
    for (const query of queriesFor(lookUps)) {
      const found = this.ask(query);
      query.lookUps.forEach((lookUp) => foundFor.set(lookUp, found));
    }
    return Promise.resolve(lookUps.map(async (lookUp) => (await foundFor.get(lookUp)!).get(lookUp.id)));
  }

  private async ask({ readModel, alternatives }: LookUpQuery): Promise<ReadonlyMap<string, Found>> {
    const found = await this.find(readModel, alternatives);
    return new Map(found.map((document) => [document._id, document]));
  }
}

function queriesFor(lookUps: readonly LookUp[]): readonly LookUpQuery[] {
  const queries: LookUpQuery[] = [];
  for (const lookUp of lookUps) {
    const key = JSON.stringify(lookUp.condition);
    if (!queries.some((query) => query.take(lookUp, key))) {
      const query = new LookUpQuery(lookUp.readModel);
      query.take(lookUp, key);
      queries.push(query);
    }
  }
  return queries;
}
