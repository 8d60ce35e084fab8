import {
  checkoutRoot,
  createInstallation,
  createTestStorage,
  newAuthKey,
  postgresUrlAs,
  serviceLogins,
  testServer,
  type Installation,
  type ServiceName,
  type Storage,
  type TestStorage,
} from '@tidemark/test-servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const authKey = newAuthKey();
const leaseMs = 3_000;

describe('beside a running installation, a service refuses to start', () => {
  let directory: string;
  let storage: TestStorage;
  let otherStorage: TestStorage;
  let running: Installation;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-e2e-'));
    [storage, otherStorage] = await Promise.all([createTestStorage(), createTestStorage()]);
    running = await install('running', storage, ['projection-service', 'process-manager']);
    await running.start();
  });
  afterAll(async () => {
    await running.stop();
    await Promise.all([storage.drop(), otherStorage.drop()]);
    await rm(directory, { recursive: true });
  });

  function install(
    folder: string,
    from: Storage,
    services: readonly ServiceName[],
    settings: Record<string, string> = {},
  ) {
    return createInstallation({
      storage: from,
      services,
      ports: 'free',
      authKey,
      messageKeysFile: join(directory, 'message-keys.json'),
      logDirectory: join(directory, folder),
      ledgerDirectory: join(checkoutRoot, '.tidemark/processes/tests'),
      // The limit is long, for a machine that is busy with other tests.
      readyWithinMs: 180_000,
      environment: Object.fromEntries(
        services.map((name) => [name, { LEASE_MS: String(leaseMs), ...settings }]),
      ),
    });
  }

  /** What the service says when it ends; `started` if it does not end. */
  async function refusalOf(
    name: ServiceName,
    from: Storage,
    settings: Record<string, string>,
  ): Promise<string> {
    const refused = await install('refused', from, [name], settings);
    const outcome = await refused.start().then(
      () => 'started',
      (error: Error) => error.message,
    );
    await refused.stop();
    return outcome;
  }

  it.each(['projection-service', 'query-service'] as const)(
    '%s, with the read store of another installation',
    async (name) => {
      const readStore: Record<string, string> =
        storage.mongodbUrl === undefined
          ? {
              READ_STORE_DATABASE_URL: postgresUrlAs(
                storage.databaseUrl,
                serviceLogins(storage.databaseUrl)[name],
              ),
            }
          : { MONGODB_URL: storage.mongodbUrl };
      const refusal = await refusalOf(name, otherStorage, readStore);
      expect(refusal).toContain('(exit code 1)');
      expect(refusal).toContain(
        `${name} cannot start: the read store holds the documents of another installation`,
      );
      expect(refusal).toContain('Give this installation a database of its own');
    },
  );

  it.each([
    ['projection-service', 'projections'],
    ['process-manager', 'fulfilment'],
  ] as const)('%s, with another delivery than the replica that runs', async (name, group) => {
    testServer('rabbitmq');
    const refusal = await refusalOf(name, storage, { DELIVERY: 'log' });
    expect(refusal).toContain('(exit code 1)');
    expect(refusal).toContain(`${name} cannot start: the group ${group} has DELIVERY=rabbitmq`);
    expect(refusal).toContain('stop all replicas of the group before you change it');
  });
});
