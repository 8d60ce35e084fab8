import { createTestMongo, type TestMongo } from '@tidemark/test-servers';
import { MongoClient, type Document } from 'mongodb';
import { z } from 'zod';
import { defineReadModel, type DocumentOf } from '../read-model/define-read-model';
import { prepareReadModel } from './prepare-read-model';

const model = defineReadModel({
  name: 'cards',
  fields: { status: z.enum(['OPEN', 'CLOSED']), marks: z.number() },
  indexes: { marks: { marks: -1 } },
});
const generation = 'cards_v3_g7';
const card = (_id: string): DocumentOf<typeof model> => ({
  _id,
  partition: 0,
  position: 1,
  status: 'OPEN',
  marks: 1,
});

let database: TestMongo;
let client: MongoClient;

beforeAll(async () => {
  database = await createTestMongo();
  client = await MongoClient.connect(database.url);
});
afterAll(async () => {
  await client.close();
  await database.drop();
});
beforeEach(async () => {
  await client.db().dropDatabase();
});

const cards = () => client.db().collection(generation);
const prepare = () => prepareReadModel(client.db(), model, generation);

describe('prepareReadModel', () => {
  it('creates the collection and its indexes, even repeatedly and from several processes at once', async () => {
    await Promise.all([prepare(), prepare()]);
    await prepare();
    const existing = await cards().indexes();
    expect(existing.map(({ name, key }) => [name, key])).toEqual([
      ['_id_', { _id: 1 }],
      ['id_position', { _id: 1, position: 1 }],
      ['partition', { partition: 1, _id: 1 }],
      ['marks', { marks: -1, _id: -1 }],
    ]);
  });

  it('adds missing parts to a collection that has documents', async () => {
    await cards().insertMany([card('a'), card('b')] as Document[]);
    await prepare();
    expect(await cards().countDocuments()).toBe(2);
  });

  it("makes MongoDB refuse documents of another shape, or reports that the server can't do so", async () => {
    const validation = await prepare();
    const strange = { ...card('a'), status: 'LOST' };
    const refused = await cards()
      .insertOne(strange as Document)
      .then(() => false)
      .catch((error: { code: number }) => error.code === 121);
    expect(refused).toBe(validation === 'on');
    await cards().insertOne(card('b') as Document);
  });
});
