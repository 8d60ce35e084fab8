import { describeSchema } from '@tidemark/test-servers';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

const committed = join(__dirname, '../schema.txt');

/** The grants on single columns, which the grants on tables do not include. */
const columnGrants = `
  SELECT format('grant %s (%s) on %s to %s', privilege_type, column_name, table_name, grantee) AS line
  FROM information_schema.column_privileges WHERE table_schema = 'event_store' AND privilege_type = 'UPDATE'
    AND grantee = 'tidemark_event_store_writer' AND table_name = 'partitions'`;

describe('the schema event_store', () => {
  let bed: PostgresBed;

  beforeAll(async () => {
    bed = await openPostgresBed();
  });
  afterAll(() => bed.close());

  it('equals the committed schema.txt, which is written if it is missing', async () => {
    const { rows } = await bed.admin.query<{ line: string }>(columnGrants);
    const lines = [...(await describeSchema(bed.admin, 'event_store')), ...rows.map(({ line }) => line)];
    const actual = `${lines.sort().join('\n')}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });
});
