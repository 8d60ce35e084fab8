import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { DataSource } from 'typeorm';
import { Letters1764000000001, Words1764000000003, migrateAlphabet } from './alphabet.fixture';

const schema = 'alphabet';
const both = [Letters1764000000001, Words1764000000003];

describe('migrations of a schema and TypeORM', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const runWithTypeOrm = async (migrations: DataSource['options']['migrations']) => {
    const dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      schema,
      migrations,
      extra: { options: `-c search_path=${schema}` },
    }).initialize();
    try {
      return (await dataSource.runMigrations()).map(({ name }) => name);
    } finally {
      await dataSource.destroy();
    }
  };

  it('continue where TypeORM stopped', async () => {
    await migrateAlphabet(database.url, []);
    expect(await runWithTypeOrm([Letters1764000000001])).toEqual(['Letters1764000000001']);
    expect(await migrateAlphabet(database.url, both)).toEqual(['alphabet: ran Words1764000000003']);
  });

  it('leave TypeORM nothing to do', async () => {
    await migrateAlphabet(database.url, both);
    expect(await runWithTypeOrm(both)).toEqual([]);
  });
});
