import { PROJECTIONS_GROUP } from '@tidemark/contracts';
import { Metrics } from '@tidemark/platform';
import { abilityOf, GenerationRegistry, MongoParkedStore } from '@tidemark/projections';
import { createTestMongo, type TestMongo } from '@tidemark/testing';
import { MongoClient, type CommandStartedEvent } from 'mongodb';
import { projections } from '../projections';
import { ReadModelCollections } from './read-model-collections';

let database: TestMongo;
let client: MongoClient;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url, { monitorCommands: true });
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

/** The names of the collections that `work` creates or changes. */
async function shapedBy(work: () => Promise<void>): Promise<ReadonlySet<unknown>> {
  const shaped = new Set<unknown>();
  const onCommand = ({ commandName, command }: CommandStartedEvent) => {
    if (['create', 'collMod', 'createIndexes'].includes(commandName)) {
      shaped.add(command[commandName]);
    }
  };
  client.on('commandStarted', onCommand);
  await work().finally(() => client.off('commandStarted', onCommand));
  return shaped;
}

describe('ReadModelCollections', () => {
  it('prepares the collections that this release fills, and leaves those of other releases alone', async () => {
    const db = client.db();
    const registry = new GenerationRegistry(db);
    const [raised, ...others] = projections;
    await registry.ensure([{ ...raised!, version: raised!.version - 1 }]);
    const collections = new ReadModelCollections(
      { db, close: () => client.close() },
      registry,
      new MongoParkedStore(db, PROJECTIONS_GROUP),
      new Metrics('test'),
    );

    const shaped = await shapedBy(() => collections.ensure());

    expect([...shaped].sort()).toEqual(
      [...others.map((projection) => `${abilityOf(projection)}_g1`), 'parked_streams'].sort(),
    );
  });
});
