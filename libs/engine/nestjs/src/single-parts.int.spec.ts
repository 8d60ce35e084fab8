import { CommandExecutor } from '@tidemark/event-store';
import { EventCodec } from '@tidemark/kernel';
import type { ReadStore } from '@tidemark/projections';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { account, open } from './account.fixture';
import { closeApps, createAppOf } from './app.fixture';
import { balances, balancesProjection } from './bonus.fixture';
import { DeliveryModule } from './delivery/delivery.module';
import { LOG_CHECKS, LogModule } from './log/log.module';
import { migrateTidemark } from './log/migrations';
import type { HealthCheck } from './part';
import { PROJECTIONS_CHECKS, ProjectionsModule } from './projections/projections.module';
import { FollowedReadModels } from './read-models/followed-read-models';
import { READ_STORE, READ_STORE_CHECKS, ReadStoreModule } from './read-models/read-store.module';
import { ReadsModule } from './read-models/reads.module';
import { ExecutionModule } from './write/execution.module';

const applicationName = 'single part';

let database: TestDatabase;
let url: string;

beforeEach(async () => {
  database = await createTestDatabase();
  url = database.url;
});
afterEach(async () => {
  await closeApps();
  await database.drop();
});

const log = () => LogModule.forRoot({ url, applicationName, codec: new EventCodec(account.contracts) });
const readStore = ({ record }: { readonly record: boolean }) =>
  ReadStoreModule.forRoot({ kind: 'postgres', url, readModels: [balances], applicationName, record });

async function start(...imports: Parameters<typeof createAppOf>[0]) {
  const app = await createAppOf([log(), ...imports]);
  await app.init();
  return app;
}

const startProjections = () =>
  start(
    readStore({ record: true }),
    DeliveryModule.forRoot({ applicationName, databaseUrl: url }),
    ProjectionsModule.forRoot({
      projections: [balancesProjection],
      group: 'bank',
      consumer: { leaseMs: 2_000 },
    }),
  );

async function connections(): Promise<number> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rowCount } = await client.query(
      'SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $1',
      [`${applicationName}%`],
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

describe('deployments of single parts', () => {
  it('work as one application, with a group name of their own, and close what they opened', async () => {
    await migrateTidemark({ databaseUrl: url, partitions: 4 });
    const writer = await start(ExecutionModule.forRoot({}));
    const projector = await startProjections();
    const reader = await start(readStore({ record: false }), ReadsModule.forRoot({ group: 'bank' }));

    const execution = await writer.get(CommandExecutor).execute({
      aggregate: account,
      aggregateId: 'A',
      command: {
        commandId: randomUUID(),
        commandHash: '00'.repeat(32),
        correlationId: 'test',
        actor: 'teller',
      },
      decide: open('A'),
      startsStream: true,
    });
    const { partition, position } = (execution as Extract<typeof execution, { outcome: 'accepted' }>).result;
    const followed = reader.get(FollowedReadModels);
    expect(await followed.waitFor('balances', [{ partition, position }], 10_000)).toBe('reached');
    expect(await followed.waitFor('balances', [{ partition, position: position + 1 }], 10_000)).toBe(
      'refused',
    );
    const generation = (await followed.live.current()).get('balances')!;
    const found = await reader
      .get<ReadStore>(READ_STORE)
      .queries.find(balances, generation, [{ ids: ['A'], where: {} }]);
    expect(found).toMatchObject([{ _id: 'A', owner: 'ada' }]);

    const checks = [LOG_CHECKS, READ_STORE_CHECKS, PROJECTIONS_CHECKS].flatMap((token) =>
      projector.get<readonly HealthCheck[]>(token),
    );
    expect(checks.map(({ name }) => name)).toEqual([
      ...['event-store', 'event-store-migrations', 'read-store', 'projections', 'consumers'],
    ]);
    await Promise.all(checks.map(({ check }) => check()));
    expect(await connections()).toBeGreaterThan(0);
    await closeApps();
    await eventually(async () => expect(await connections()).toBe(0));
  });

  it('wait for the migrations', async () => {
    const starting = startProjections();
    let isStarted = false;
    void starting.then(() => (isStarted = true));
    await eventually(async () => expect(await connections()).toBeGreaterThan(0));
    expect(isStarted).toBe(false);
    await migrateTidemark({ databaseUrl: url, partitions: 4 });
    const projector = await starting;
    const checks = projector.get<readonly HealthCheck[]>(PROJECTIONS_CHECKS);
    await eventually(() => Promise.all(checks.map(({ check }) => check())));
  });
});
