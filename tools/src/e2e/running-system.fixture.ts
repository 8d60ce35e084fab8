import {
  checkoutRoot,
  createInstallation,
  createTestStorage,
  issueToken,
  newAuthKey,
  type Installation,
  type ServiceName,
  type Storage,
  type TestStorage,
} from '@tidemark/test-servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { TidemarkClient } from '../client/tidemark-client';

/** The four services as real processes with their own storage, and functions to observe them from outside. */
export interface RunningSystem {
  readonly installation: Installation;
  readonly storage: TestStorage;
  readonly client: TidemarkClient;
  /** The key that signs tokens. */
  readonly authKey: string;
  /** The file with the message keys, the same for all replicas. */
  readonly messageKeysFile: string;
  /** A connection as the database's administrator, because tests read the tables directly. */
  readonly database: Pool;
  /** Starts a second replica of every service; `end` ends it too. */
  addReplicas(): Promise<Installation>;
  end(): Promise<void>;
}

export type SettingsByService = Partial<Record<ServiceName, Record<string, string>>>;

/**
 * @param given environment variables by service, or a function that makes them for the system's storage
 * @param reach returns the storage as the services reach it; by default the storage itself
 */
export async function startSystem(
  given: SettingsByService | ((storage: Storage) => Promise<SettingsByService>) = {},
  reach: (storage: Storage) => Promise<Storage> = (storage) => Promise.resolve(storage),
): Promise<RunningSystem> {
  const storage = await createTestStorage();
  const settings = typeof given === 'function' ? await given(storage) : given;
  const logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-e2e-'));
  const authKey = newAuthKey();
  const messageKeysFile = join(logDirectory, 'message-keys.json');
  const options = {
    storage: await reach(storage),
    ports: 'free',
    authKey,
    messageKeysFile,
    // The limit is long, for a machine that is busy with other tests.
    readyWithinMs: 180_000,
    // Separate from the records of `npm start`, whose own test checks the left-over processes.
    ledgerDirectory: join(checkoutRoot, '.tidemark/processes/tests'),
    // Leases of a killed service expire after this time.
    environment: {
      'command-service': { LEASE_MS: '3000', ...settings['command-service'] },
      'query-service': { ...settings['query-service'] },
      'projection-service': { LEASE_MS: '3000', ...settings['projection-service'] },
      'process-manager': { LEASE_MS: '3000', ...settings['process-manager'] },
    },
  } as const;
  const installation = await createInstallation({ ...options, logDirectory });
  const installations = [installation];
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
    patienceMs: 120_000,
  });
  return {
    installation,
    storage,
    client,
    authKey,
    messageKeysFile,
    database,
    addReplicas: async () => {
      const replicas = await createInstallation({ ...options, logDirectory: join(logDirectory, 'replicas') });
      installations.push(replicas);
      await replicas.start();
      return replicas;
    },
    end: async () => {
      await Promise.all(installations.map((started) => started.stop()));
      await database.end();
      await storage.drop();
      await rm(logDirectory, { recursive: true });
    },
  };
}
