import { withMongodb } from '../connections/mongodb';
import { withPostgres } from '../connections/postgres';
import { eventually } from '@tidemark/kernel/testing';
import type { Storage } from './storage';

/** Loses all read models and everything beside them, as if their database had come back empty, after its migrations. */
export async function loseReadModels({
  databaseUrl,
  mongodbUrl,
}: Pick<Storage, 'databaseUrl' | 'mongodbUrl'>): Promise<void> {
  if (mongodbUrl !== undefined) {
    await withMongodb(mongodbUrl, (client) => client.db().dropDatabase());
    return;
  }
  await withPostgres(databaseUrl, async (client) => {
    // Tries again if it met a lock of a service.
    await eventually(() => client.query(loss));
  });
}

const loss = `
DO $$ DECLARE place text; BEGIN
  FOR place IN SELECT tablename FROM pg_tables WHERE schemaname = 'read_models' AND tablename <> 'migrations' LOOP
    EXECUTE format(CASE WHEN place ~ '_v[0-9]+_g[0-9]+' THEN 'DROP TABLE read_models.%I'
                        ELSE 'DELETE FROM read_models.%I' END, place);
  END LOOP;
END $$`;
