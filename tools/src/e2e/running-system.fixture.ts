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
  /** What tokens are signed with. */
  readonly authKey: string;
  /** Holds the keys of messages, the same for all replicas. */
  readonly messageKeysFile: string;
  /** As the database's administrator: the tests look at the tables themselves. */
  readonly database: Pool;
  /** Starts a second replica of every service; `end` ends it too. */
  addReplicas(): Promise<Installation>;
  end(): Promise<void>;
}

export type SettingsByService = Partial<Record<ServiceName, Record<string, string>>>;

/**
 * @param given environment variables by service, or what makes them for the system's storage
 * @param reach how the services get to the storage; directly by default
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
    // Generous, for a machine that is busy with other tests.
    readyWithinMs: 180_000,
    // Apart from those of `npm start`, whose left-overs the test of `npm start` wants to find itself.
    ledgerDirectory: join(checkoutRoot, '.tidemark/processes/tests'),
    // What a killed service held is free again after this long.
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
