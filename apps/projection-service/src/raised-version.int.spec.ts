import 'reflect-metadata';
import { PROJECTIONS_GROUP, eventCodec, partitionKeyOf, type TidemarkEvent } from '@tidemark/contracts';
import { migrateEventStore, PostgresEventStore } from '@tidemark/event-store';
import { aggregateIdOf } from '@tidemark/kernel';
import type { GroupStore, Lease } from '@tidemark/messaging';
import { createService } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import { abilityOf, foldAll, generationName, GenerationRegistry, GroupFeed } from '@tidemark/projections';
import { readModels, type ReadModelName } from '@tidemark/read-models';
import {
  createTestStorage,
  eventually,
  newAuthKey,
  newMessageKeys,
  type TestStorage,
} from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { AppModule } from './app.module';
import { loadProjectionServiceConfig } from './config';
import { logOf } from './given-events.fixture';
import { orderListProjection } from './order-list/order-list-projection';
import { projections } from './projections';
import { orderCreated, orderPaid } from './sample-events.fixture';
import { openReadSide, type TestReadSide } from './testing/read-side.fixture';

const partitions = 2;
const raised = orderListProjection;
const before = projections.map((one) => (one === raised ? { ...raised, version: raised.version - 1 } : one));

let storage: TestStorage;
let pool: ReturnType<typeof createPool>;
let log: PostgresEventStore;
let readSide: TestReadSide;
let leases: readonly Lease[];
let group: GroupStore;

beforeAll(async () => {
  storage = await createTestStorage();
  await migrateEventStore({ databaseUrl: storage.databaseUrl, partitions });
  pool = createPool({ url: storage.databaseUrl, applicationName: 'raised-version.int' });
  log = new PostgresEventStore({ pool, codec: eventCodec, partitions });
  readSide = await openReadSide(storage);
  await append(orderCreated(), orderPaid());
  await releaseBefore();
});
afterAll(async () => {
  await readSide.close();
  await pool.end();
  await storage.drop();
});

async function append(...events: readonly TidemarkEvent[]): Promise<void> {
  for (const [index, { streamId, streamType }] of logOf(...events).entries()) {
    await log.append({
      streamType,
      aggregateId: aggregateIdOf(streamId),
      partitionKey: partitionKeyOf(events[index]!),
      expectedVersion: 'any',
      events: [events[index]!],
      command: {
        commandId: randomUUID(),
        commandHash: '00'.repeat(32),
        correlationId: 'test',
        actor: 'test',
      },
    });
  }
}

/** Its replica owns every partition and has reached the end of the log. */
async function releaseBefore(): Promise<void> {
  const { projections: store } = readSide.store;
  group = store.group(PROJECTIONS_GROUP, before.map(abilityOf));
  for (const { name, version } of before) {
    await store.documents.prepare(
      readModels[name as ReadModelName],
      generationName(name, { version, generation: 1 }),
    );
  }
  const handler = new GroupFeed({
    store,
    group: PROJECTIONS_GROUP,
    projections: before,
    registry: new GenerationRegistry(store),
    documents: store.documents,
    parked: store.parked(PROJECTIONS_GROUP),
    log,
    codec: eventCodec,
  });
  leases = await Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const lease = (await group.acquire(partition, 'the release before', 600_000))!;
      const stored = await log.readPartition(partition, 1, 100);
      const events = stored.map((event) => ({ ...event, data: eventCodec.decode(event).data }));
      const last = events.at(-1);
      if (last) {
        const to = { position: last.position, eventId: last.eventId };
        await handler.handle({ lease, after: { position: 0 }, to, events }, new AbortController().signal);
      }
      return lease;
    }),
  );
}

async function startRelease(lookEveryMs: number) {
  const config = loadProjectionServiceConfig({
    AUTH_LOCAL_KEY: newAuthKey(),
    LOG_LEVEL: 'silent',
    EVENT_STORE_DATABASE_URL: storage.databaseUrl,
    ...readSide.env,
    ...(storage.amqpUrl !== undefined && { AMQP_URL: storage.amqpUrl }),
    MESSAGE_KEYS: newMessageKeys(),
    AMQP_PREFIX: storage.amqpPrefix,
    LEASE_MS: '1000',
    GENERATION_CHECK_MS: String(lookEveryMs),
  });
  const app = await createService({
    name: 'projection-service',
    description: 'under test',
    config,
    module: (settings) => AppModule.forRoot(settings),
  });
  await app.init();
  return app;
}

const states = async () =>
  (await new GenerationRegistry(readSide.store.projections).states()).find(
    ({ name }) => name === raised.name,
  )!;
const members = () => readSide.members(PROJECTIONS_GROUP);

describe('a release that raises the version of a read model', () => {
  it('requests the rebuild once, and is neither ready nor in the group until the new generation is live', async () => {
    // It requests the rebuild when it starts, and the next check comes after the end of the test.
    const first = await startRelease(60_000);
    let asked: string | undefined;
    try {
      await eventually(async () => {
        const { live, building } = await states();
        expect(live.version).toBe(raised.version - 1);
        expect(building).toMatchObject({ version: raised.version, requestedBy: 'deployment', ready: true });
        asked = building!.rebuildId;
      });
      const { statusCode, body } = await first.inject({ url: '/health/ready' });
      expect({ statusCode, body }).toMatchObject({
        statusCode: 503,
        body: expect.stringContaining('projections'),
      });
      expect(await members()).toBe(0);
    } finally {
      await first.close();
    }

    const second = await startRelease(50);
    try {
      await eventually(async () => expect((await states()).live.version).toBe(raised.version));
      // The rebuild was requested once, so its generation is the second.
      expect((await states()).live.generation).toBe(2);
      expect(await readSide.store.projections.rebuilds.find(asked!)).toMatchObject({ generation: 2 });
      await Promise.all(leases.map((lease) => group.release(lease)));
      await eventually(async () => {
        expect((await second.inject({ url: '/health/ready' })).statusCode).toBe(200);
        expect(await members()).toBe(1);
      });
      const events = (await Promise.all([0, 1].map((one) => log.readPartition(one, 1, 100)))).flat();
      expect(await readSide.stored(`${abilityOf(raised)}_g2`)).toEqual([...foldAll(raised, events).values()]);
    } finally {
      await second.close();
    }
  });
});
