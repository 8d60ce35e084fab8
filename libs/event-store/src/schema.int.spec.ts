import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

const committed = join(__dirname, '../schema.txt');

/** The schema as the database's own catalogue tells it, one line per thing, in an order of its own. */
const catalogue = `
  SELECT line FROM (
    SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
             CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
             CASE WHEN a.attidentity <> '' THEN ' identity'
                  WHEN d.adbin IS NOT NULL THEN ' default ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END) AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'event_store'::regnamespace AND c.relkind = 'r'
    UNION ALL
    SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'event_store'::regnamespace
    UNION ALL
    SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'event_store'
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'event_store'::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT format('function %s(%s) md5 %s', proname, pg_get_function_identity_arguments(oid), md5(pg_get_functiondef(oid)))
    FROM pg_proc WHERE pronamespace = 'event_store'::regnamespace
    UNION ALL
    SELECT format('grant %s on %s to %s', privilege_type, table_name, grantee)
    FROM information_schema.role_table_grants WHERE table_schema = 'event_store' AND grantee LIKE 'tidemark%'
    UNION ALL
    SELECT format('grant %s (%s) on %s to %s', privilege_type, column_name, table_name, grantee)
    FROM information_schema.column_privileges WHERE table_schema = 'event_store' AND privilege_type = 'UPDATE'
      AND grantee = 'tidemark_event_store_writer' AND table_name = 'partitions'
  ) lines ORDER BY line COLLATE "C"`;

describe('the schema event_store', () => {
  let bed: PostgresBed;

  beforeAll(async () => {
    bed = await openPostgresBed();
  });
  afterAll(() => bed.close());

  it('is the committed one; without the file, it is written anew', async () => {
    const { rows } = await bed.admin.query<{ line: string }>(catalogue);
    const actual = `${rows.map(({ line }) => line).join('\n')}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });
});
