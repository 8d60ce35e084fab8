import {
  checkoutRoot,
  createInstallation,
  createTestStorage,
  issueToken,
  newAuthKey,
  type Installation,
  type TestStorage,
} from '@tidemark/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { TidemarkClient } from '../client/tidemark-client';

/** The four services as real processes, on storage of their own, and the ways to look at them from outside. */
export interface RunningSystem {
  readonly installation: Installation;
  readonly storage: TestStorage;
  readonly client: TidemarkClient;
  /** As the database's administrator: the tests look at the tables themselves. */
  readonly database: Pool;
  end(): Promise<void>;
}

export async function startSystem(): Promise<RunningSystem> {
  const storage = await createTestStorage();
  const logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-e2e-'));
  const authKey = newAuthKey();
  const installation = await createInstallation({
    storage,
    ports: 'free',
    logDirectory,
    authKey,
    // Apart from those of `npm start`, whose left-overs the test of `npm start` wants to find itself.
    ledgerDirectory: join(checkoutRoot, '.tidemark/processes/tests'),
    // What a killed service held is free again after this long.
    environment: {
      'command-service': { LEASE_MS: '3000' },
      'projection-service': { LEASE_MS: '3000' },
      'process-manager': { LEASE_MS: '3000' },
    },
  });
  const database = new Pool({ connectionString: storage.databaseUrl, max: 2 });
  database.on('error', () => undefined);
  await installation.start();
  const { urls } = installation;
  const client = new TidemarkClient({
    urls: {
      commandService: urls['command-service'],
      queryService: urls['query-service'],
      processManager: urls['process-manager'],
    },
    token: await issueToken(authKey, { role: 'service' }),
  });
  return {
    installation,
    storage,
    client,
    database,
    end: async () => {
      await installation.stop();
      await database.end();
      await storage.drop();
      await rm(logDirectory, { recursive: true });
    },
  };
}
