import type { Pool } from 'pg';

/** A database schema from the database's catalogue: one line per object, in a fixed order. */
export async function describeSchema(pool: Pool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(catalogue, [schema]);
  return rows.map(({ line }) => line).sort();
}

// Postgres 18 also lists `NOT NULL` as constraints. The lines of the columns say it for all versions.
const catalogue = `
  SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
           CASE WHEN a.attidentity <> '' THEN ' identity'
                WHEN d.adbin IS NOT NULL THEN ' default ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END) AS line
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = $1::text::regnamespace AND c.relkind = 'r'
  UNION ALL
  SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = $1::text::regnamespace AND contype <> 'n'
  UNION ALL
  SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = $1::text
  UNION ALL
  SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = $1::text::regnamespace AND NOT t.tgisinternal
  UNION ALL
  SELECT format('function %s(%s) md5 %s', proname, pg_get_function_identity_arguments(oid), md5(pg_get_functiondef(oid)))
  FROM pg_proc WHERE pronamespace = $1::text::regnamespace
  UNION ALL
  SELECT format('grant %s on %s to %s', privilege_type, table_name, grantee)
  FROM information_schema.role_table_grants WHERE table_schema = $1::text AND grantee LIKE 'tidemark%'`;
