import type { EventEnvelope } from '@tidemark/kernel';
import { movedOn, parkedStream, type GroupStore, type Lease } from '@tidemark/messaging';
import { createPool, openClient } from '@tidemark/postgres';
import { plansOf, statementsOf, tapStatements } from '@tidemark/test-servers';
import type { Client, Pool } from 'pg';
import { z } from 'zod';
import type { GenerationDocuments } from '../document-store';
import type { Feed } from '../generations/feed';
import type { FeedStore } from '../generations/feed-store';
import type { RebuildStore } from '../generations/rebuild-store';
import type { ProjectionStore } from '../generations/projection-store';
import type { ParkedStreams } from '../parked-streams';
import type { ProjectedDocument } from '../projection';
import { defineReadModel } from '../read-model/define-read-model';
import { openStoreBed, type StoreBed } from '../store-bed.fixture';
import { pointsModel } from '../tally/points.fixture';
import { postgresProjectionStore } from './postgres-projection-store';

const tickets = defineReadModel({
  name: 'tickets',
  fields: { holder: z.string(), marks: z.number() },
  indexes: { holder: { holder: 1 } },
});
const [ticketsNow, pointsNow] = ['tickets_v1_g1', 'points_v1_g1'];

/** Enough rows that an index is faster than the whole table. */
const fill = `
  SET search_path TO read_models;
  INSERT INTO ${ticketsNow} (_id, partition, position, document)
  SELECT 't' || n, n % 16, n, jsonb_build_object('holder', 'h' || n % 4, 'marks', n) FROM generate_series(1, 8000) n;
  INSERT INTO ${pointsNow} (_id, partition, position, document)
  SELECT 'p' || n, n % 16, n, '{"entries": []}' FROM generate_series(1, 4000) n;
  INSERT INTO ${pointsNow}_entries (_id, what, odd, times, points)
  SELECT 'p' || n, 'opened', 'false', 1, 1 FROM generate_series(1, 4000) n, generate_series(1, 5);
  INSERT INTO consumer_members (group_name, member, expires_at)
  SELECT 'g' || g, 'm' || m, now() + interval '1 minute' FROM generate_series(1, 1000) g, generate_series(1, 3) m;
  INSERT INTO consumer_leases (group_name, partition, owner, epoch, expires_at)
  SELECT 'g' || g, p, 'm1', 1, now() + interval '1 minute' FROM generate_series(1, 500) g, generate_series(0, 15) p;
  INSERT INTO consumer_checkpoints (group_name, partition, position, event_id, epoch, generations, folds)
  SELECT 'g' || g, p, 10, 'e10', 1, ARRAY['${ticketsNow}'], ARRAY['tickets_v1']
    FROM generate_series(1, 500) g, generate_series(0, 15) p;
  INSERT INTO consumer_attempts (group_name, partition, owner, epoch, position)
  SELECT 'g' || g, p, 'm2', 1, 11 FROM generate_series(1, 500) g, generate_series(0, 15) p;
  INSERT INTO parked_streams (group_name, id, partition, status, parked_at, revision, has_discarded, stream)
  SELECT 'g1', gen_random_uuid(), n % 16, CASE WHEN n % 500 = 0 THEN 'PARKED' ELSE 'RESOLVED' END,
         now() - n * interval '1 minute', 1, false, jsonb_build_object('event', jsonb_build_object('position', n))
    FROM generate_series(1, 20000) n;
  INSERT INTO rebuilds (id, finished, owner, rebuild)
  SELECT 'r' || n, n <> 1, 'm1', '{}' FROM generate_series(1, 5000) n;
  RESET search_path;
  ANALYZE`;

const at = { position: 10, eventId: 'e10' };
const next = { position: 11, eventId: 'e11' };
const ticket = (_id: string, position = 11): ProjectedDocument =>
  ({ _id, partition: 1, position, holder: 'h1', marks: 1 }) as ProjectedDocument;
const event = { streamId: 's', streamType: 'S', eventId: 'e11', position: 11, version: 1, type: 'T' };

let bed: StoreBed;
let pool: Pool;
let client: Client;
let store: ProjectionStore;
let group: GroupStore;
let parked: ParkedStreams;
let feeds: FeedStore;
let lease: Lease;
let feed: Feed;

const stream = () =>
  parkedStream(
    'g1',
    lease,
    event as EventEnvelope,
    { error: new Error(), attempts: 1 },
    '2026-01-01T00:00:00Z',
  );

beforeAll(async () => {
  bed = await openStoreBed('Postgres', { [ticketsNow!]: tickets, [pointsNow!]: pointsModel }, [tickets]);
  client = await openClient(bed.url, 'plans');
  await client.query(fill);
  // The setting for servers on solid-state disks; the default of 4 is meant for spinning disks.
  await client.query('SET random_page_cost = 1.1');
  pool = createPool({ url: bed.url, applicationName: 'plans' });
  tapStatements(pool);
  store = postgresProjectionStore(pool, [tickets, pointsModel]);
  group = store.group('g1', ['tickets_v1']);
  parked = store.parked('g1');
  feeds = store.feeds('g1');
});
beforeEach(async () => {
  lease = (await group.acquire(1, 'm1', 60_000))!;
  feed = (await feeds.find(1))!;
});
afterAll(async () => {
  await pool.end();
  await client.end();
  await bed.close();
});

/** The keys are the names of the methods, so that the specs do not compile when one is missing. */
type Works<Port, Without extends keyof Port = never> = Record<
  Exclude<keyof Port, Without>,
  () => Promise<unknown>
>;

async function drained(documents: AsyncIterable<ProjectedDocument>): Promise<void> {
  for await (const document of documents) {
    void document;
  }
}

/** `prepare` and `drop` change the schema, and `isEmpty` reads one row. */
const documents: Works<GenerationDocuments, 'prepare' | 'drop' | 'isEmpty'> = {
  load: () => store.documents.load(ticketsNow!, ['t1', 't2']),
  match: async () => {
    const query = { partition: 1, before: 1e9, limit: 100 };
    await store.documents.match(ticketsNow!, { ...query, where: {} });
    await store.documents.match(ticketsNow!, { ...query, where: { holder: 'h1' }, afterId: 't1' });
  },
  write: async () => {
    await store.documents.write(ticketsNow!, [{ document: ticket('t1'), loadedAt: 1 }]);
    const entries = [{ what: 'opened', odd: 'true', times: 1, points: 1 }];
    const tally = { _id: 'p1', partition: 1, position: 11, entries } as ProjectedDocument;
    await store.documents.write(pointsNow!, [{ document: tally, loadedAt: 1 }]);
  },
  remove: async () => {
    await store.documents.remove(ticketsNow!, ticket('t2', 2));
    await store.documents.remove(pointsNow!, ticket('p2', 2));
  },
  count: () => store.documents.count(ticketsNow!, 1),
  scan: () => drained(store.documents.scan(ticketsNow!, 1)),
};

const groups: Works<GroupStore> = {
  heartbeat: () => group.heartbeat('m1', 60_000),
  leave: () => group.leave('m3'),
  acquire: () => group.acquire(2, 'm1', 60_000),
  renew: () => group.renew([lease], 60_000),
  release: () => group.release(lease),
  loadCheckpoint: () => group.loadCheckpoint(1),
  advance: () => group.advance(lease, at, { ...at, eventId: 'e10' }),
  partitions: () => group.partitions(),
};

const parkedStreams: Works<ParkedStreams> = {
  load: () => parked.load(lease),
  park: () => parked.park(lease, stream(), at, at),
  replace: () => parked.replace(lease, stream(), movedOn(stream(), undefined, 'm1', '2026-01-01T00:00:00Z')),
  mark: () => parked.mark(lease, 11),
  unmark: () => parked.unmark(lease),
  lastMarked: () => parked.lastMarked(1),
  request: () => parked.request(stream(), { ...stream(), status: 'RETRY_REQUESTED', revision: 2 }),
  find: () => parked.find(stream().id),
  page: async () => {
    const after = { parkedAt: '2020-01-01T00:00:00Z', id: stream().id };
    await parked.page({ limit: 20 });
    await parked.page({ limit: 20, status: 'PARKED', after });
  },
  counts: () => parked.counts(),
  openIn: () => parked.openIn([1, 2]),
  mattering: () => parked.mattering(1),
};

const feedsOfGroup: Works<FeedStore> = {
  all: () => feeds.all(),
  of: () => feeds.of([1, 2]),
  find: () => feeds.find(1),
  held: () => feeds.held(lease, at),
  fenceFor: async () => {
    const fence = feeds.fenceFor(feed);
    await fence.confirm(lease, at);
    const changes = [{ model: ticketsNow!, changes: [{ document: ticket('t3'), loadedAt: 3 }] }];
    await fence.commit({ lease, at, changes });
    await fence.commit({ lease, at, to: at, changes: [] });
  },
  change: () => feeds.change(lease, feed, feed.generations),
  join: () => feeds.join(1, 'tickets_v1_g2', 1e9),
  release: () => feeds.release(1, 'tickets_v1_g3', at),
  remove: () => feeds.remove('tickets_v1_g2'),
  repeat: () => feeds.repeat(feed),
  raise: () => store.feeds('g2').raise(1, next),
  clear: () => store.feeds('g3').clear(),
};

const rebuilds: Works<RebuildStore> = {
  ensure: () => store.rebuilds.ensure({ id: 'r1' } as Parameters<RebuildStore['ensure']>[0]),
  unfinished: () => store.rebuilds.unfinished(),
  find: () => store.rebuilds.find('r1'),
  claim: () => store.rebuilds.claim('r1', 'm1', 60_000),
  release: () => store.rebuilds.release('m1'),
  proceed: () => store.rebuilds.proceed('r1', 'm1', { state: 'FILLING' }),
  finish: () => store.rebuilds.finish('r1', { state: 'FILLING' }),
  conclude: () => store.rebuilds.conclude('r1', { state: 'FILLING' }),
};

/** Of the other tables, `installation` has one row, and `generation_states` one for each read model. */
const works = Object.entries({ documents, groups, parkedStreams, feedsOfGroup, rebuilds }).flatMap(
  ([port, methods]) =>
    Object.entries<() => Promise<unknown>>(methods).map(([name, work]) => [`${port}.${name}`, work] as const),
);

it.each(works)('%s reads no table in full', async (_name, work) => {
  const sent = await statementsOf(work);
  const explainable = sent.filter(({ text }) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(text));
  expect(explainable.length).toBeGreaterThan(0);
  for (const statement of explainable) {
    for (const plan of await plansOf(client, statement)) {
      const inFull = plan.filter((node) => node['Node Type'] === 'Seq Scan');
      expect({ inFull, statement: inFull.length > 0 && statement.text }).toEqual({
        inFull: [],
        statement: false,
      });
    }
  }
});

it.each(['match', 'scan'] as const)('documents.%s reads an index in its order', async (name) => {
  for (const statement of await statementsOf(documents[name])) {
    for (const plan of await plansOf(client, statement)) {
      expect(plan.map((node) => node['Node Type'])).not.toContain('Sort');
    }
  }
});
