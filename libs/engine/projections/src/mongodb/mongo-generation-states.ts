import { isDuplicateKey } from '@tidemark/mongodb';
import type { Collection, Db } from 'mongodb';
import type { GenerationStates, StoredState } from '../generations/generation-states';
import { withMongoFaults } from './mongo-faults';

interface StateDocument extends Omit<StoredState, 'name'> {
  /** The read model's name. */
  readonly _id: string;
}

export class MongoGenerationStates implements GenerationStates {
  private readonly documents: Collection<StateDocument>;

  constructor(db: Db) {
    this.documents = db.collection('read_models');
  }

  all(): Promise<readonly StoredState[]> {
    return withMongoFaults(async () => (await this.documents.find().sort({ _id: 1 }).toArray()).map(stateOf));
  }

  load(name: string): Promise<StoredState | undefined> {
    return withMongoFaults(async () => {
      const document = await this.documents.findOne({ _id: name });
      return document ? stateOf(document) : undefined;
    });
  }

  insert({ name, ...state }: StoredState): Promise<void> {
    return withMongoFaults(async () => {
      try {
        await this.documents.insertOne({ _id: name, ...state });
      } catch (error) {
        if (!isDuplicateKey(error)) {
          throw error;
        }
      }
    });
  }

  replace(revision: number, { name, ...to }: StoredState): Promise<boolean> {
    return withMongoFaults(
      async () => (await this.documents.replaceOne({ _id: name, revision }, to)).matchedCount === 1,
    );
  }
}

function stateOf({ _id: name, ...state }: StateDocument): StoredState {
  return { name, ...state };
}
