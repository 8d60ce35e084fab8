import { mongoProjectionStore, type GenerationDocuments } from '@tidemark/projections';
import { readModelNames as names, readModels } from '@tidemark/read-models';
import { createTestMongo, testRun, type TestMongo } from '@tidemark/test-servers';
import { MongoClient, type CommandStartedEvent, type Document } from 'mongodb';
import { contactChanged } from '../sample-events.fixture';
import { logOf } from '../given-events.fixture';
import { projections } from '../projections';

/** mongo-java-server has no `explain`. */
const onMongoDb = testRun().mongodbIsStandIn ? it.skip : it;

const anything = { partition: 0, before: Number.MAX_SAFE_INTEGER, limit: 2 };

let database: TestMongo;
let client: MongoClient;
let documents: GenerationDocuments;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url, { monitorCommands: true });
  ({ documents } = mongoProjectionStore(client.db()));
  await Promise.all(names.map((name) => documents.prepare(readModels[name], name)));
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

/** The plans of the statements that are sent during `work`. */
async function stagesOf(work: () => Promise<unknown>): Promise<readonly string[][]> {
  const sent: Document[] = [];
  const onCommand = ({ commandName, command }: CommandStartedEvent) => {
    if (commandName === 'find') {
      const { find, filter, sort, limit } = command;
      sent.push({ find, filter, ...(sort && { sort }), ...(limit && { limit }) });
    } else if (commandName === 'aggregate') {
      const { aggregate, pipeline } = command;
      sent.push({ aggregate, pipeline, cursor: {} });
    }
  };
  client.on('commandStarted', onCommand);
  await work().finally(() => client.off('commandStarted', onCommand));
  return Promise.all(
    sent.map(async (explain) => stagesIn(await client.db().command({ explain, verbosity: 'queryPlanner' }))),
  );
}

/** The stages of the winning plans, however their server nests them. */
function stagesIn(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null) {
    return [];
  }
  return Object.entries(plan).flatMap(([key, value]) => {
    if (key === 'rejectedPlans') {
      return [];
    }
    return key === 'stage' && typeof value === 'string' ? [value] : stagesIn(value);
  });
}

async function expectFromAnIndex(work: () => Promise<unknown>): Promise<void> {
  const plans = await stagesOf(work);
  expect(plans.length).toBeGreaterThan(0);
  for (const stages of plans) {
    expect(stages).not.toContain('COLLSCAN');
    expect(stages).not.toContain('SORT');
  }
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) {
    void item;
  }
}

describe('read from an index, in its order', () => {
  onMongoDb('a chunk of the documents that a changed contact affects', async () => {
    const [changed] = logOf(contactChanged);
    const fannedOut = projections.flatMap((projection) => {
      const selection = projection.select(changed!);
      return selection && 'where' in selection ? [{ name: projection.name, where: selection.where }] : [];
    });
    expect(fannedOut.map(({ name }) => name).sort()).toEqual(['order_details', 'order_list']);
    for (const { name, where } of fannedOut) {
      await expectFromAnIndex(() => documents.match(name, { ...anything, where }));
      await expectFromAnIndex(() => documents.match(name, { ...anything, where, afterId: 'O1' }));
    }
  });

  onMongoDb.each(names)('the documents of a partition that are compared with the log: %s', async (name) => {
    await expectFromAnIndex(() => documents.match(name, { ...anything, where: {} }));
    await expectFromAnIndex(() => documents.match(name, { ...anything, where: {}, afterId: 'O1' }));
    await expectFromAnIndex(() => documents.count(name, 0));
    await expectFromAnIndex(() => drain(documents.scan(name, 0)));
  });
});
