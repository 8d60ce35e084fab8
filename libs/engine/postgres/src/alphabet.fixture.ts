import type { Migration, MigrationClass, MigrationConnection } from './migration';
import { migrateSchema } from './migrate-schema';

export class Letters1764000000001 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(
      'CREATE TABLE letters (letter text CONSTRAINT one_of_each PRIMARY KEY, seen bigint)',
    );
    await connection.query('GRANT SELECT, INSERT ON letters TO tidemark_test_reader');
  }
  down(): Promise<void> {
    return Promise.reject(new Error('never'));
  }
}

export class Words1764000000003 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query('CREATE TABLE words ()');
  }
  down(): Promise<void> {
    return Promise.reject(new Error('never'));
  }
}

/** @returns the migrations that ran, as they are logged */
export async function migrateAlphabet(
  databaseUrl: string,
  migrations: readonly MigrationClass[],
): Promise<string[]> {
  const ran: string[] = [];
  await migrateSchema({
    databaseUrl,
    schema: 'alphabet',
    ownerRole: 'tidemark_test_owner',
    roles: ['tidemark_test_reader'],
    migrations,
    log: (message) => ran.push(message),
  });
  return ran;
}
