import type { ReadModelName } from '@tidemark/read-models';
import DataLoader from 'dataloader';
import { LookUpQuery, type LookUp } from './look-up-query';

/** A server gives up to 101 documents in one answer; for more it would be asked again. */
const MOST_LOOK_UPS = 100;

export interface StoredDocument {
  readonly _id: string;
}

/** @returns the documents that meet the filter */
export type Find = (
  readModel: ReadModelName,
  filter: LookUpQuery['filter'],
) => Promise<readonly StoredDocument[]>;

type Answer = StoredDocument | undefined | Error;

/**
 * Look-ups that are asked for in one turn of the event loop go in one query, whoever asks for them, since a driver does more
 * for a query than for a document. Each is answered by what is there when it is asked for, or later: nothing is kept.
 */
export class LookUps {
  private readonly loader = new DataLoader<LookUp, StoredDocument | undefined>(
    (lookUps) => this.findAll(lookUps),
    { cache: false, maxBatchSize: MOST_LOOK_UPS, batchScheduleFn: (send) => setImmediate(send) },
  );

  constructor(private readonly find: Find) {}

  /** Rejects with what `find` rejects with. */
  load(lookUp: LookUp): Promise<StoredDocument | undefined> {
    return this.loader.load(lookUp);
  }

  private async findAll(lookUps: readonly LookUp[]): Promise<Answer[]> {
    const answers = new Map<LookUp, Answer>();
    await Promise.all(queriesFor(lookUps).map((query) => this.answer(query, answers)));
    return lookUps.map((lookUp) => answers.get(lookUp));
  }

  /** What goes wrong with one query is the answer to nobody else. */
  private async answer(query: LookUpQuery, answers: Map<LookUp, Answer>): Promise<void> {
    try {
      const found = await this.find(query.readModel, query.filter);
      const byId = new Map(found.map((document) => [document._id, document]));
      query.lookUps.forEach((lookUp) => answers.set(lookUp, byId.get(lookUp.id)));
    } catch (error) {
      query.lookUps.forEach((lookUp) => answers.set(lookUp, error as Error));
    }
  }
}

function queriesFor(lookUps: readonly LookUp[]): readonly LookUpQuery[] {
  const queries: LookUpQuery[] = [];
  for (const lookUp of lookUps) {
    if (!queries.some((query) => query.take(lookUp))) {
      queries.push(new LookUpQuery(lookUp));
    }
  }
  return queries;
}
