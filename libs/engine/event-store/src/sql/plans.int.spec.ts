import type { EventFilter } from '@tidemark/kernel';
import type { Client, QueryConfig } from 'pg';
import { randomUUID } from 'node:crypto';
import { openClient } from '@tidemark/postgres';
import { plansOf, type Plan } from '@tidemark/test-servers';
import { counted, request } from '../contract-suite/counter';
import { asRole, codec, openPostgresBed, type PostgresBed } from '../postgres-bed.fixture';
import { prepareAppend } from '../prepared-append';
import { appendBatch } from './append-batch';
import { appendEvent } from './append-event';
import { findCommands } from './find-commands';
import { loadSnapshots } from './load-snapshots';
import { readCorrelation } from './read-correlation';
import { readHeaders } from './read-headers';
import { readPartitions } from './read-partitions';
import { readStreamBackward } from './read-stream-backward';
import { readStreams } from './read-streams';
import { scanPartition } from './scan-partition';
import { streamHead } from './stream-head';

/** 40,000 events in 2,000 streams are enough: if an index fits, Postgres never chooses a scan of the table. */
const fill = `
  INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata, event_version,
    "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
  SELECT gen_random_uuid(), 'Counter-' || n % 2000, 'Counter', 'Counted', '{"by": 1}', '{"actor": "a"}', n / 2000 + 1,
    clock_timestamp(), 'c-' || n % 5000, gen_random_uuid(), 0, '\\x00', 1, (n % 2000) % 4, (n / 2000) * 500 + (n % 2000) / 4 + 1
  FROM generate_series(0, 39999) n`;

const indexesIn = (plan: Plan) => plan.flatMap((node) => node['Index Name'] ?? []);
const typesIn = (plan: Plan) => plan.map((node) => node['Node Type']);

/** Except `partitions`, which has one row per partition: too few for an index to help. */
function expectNoTableInFull(plan: Plan): void {
  const inFull = plan.filter((node) => node['Node Type'] === 'Seq Scan');
  expect(inFull.filter((node) => node['Relation Name'] !== 'partitions')).toEqual([]);
}

describe('the plans of the hot statements', () => {
  let bed: PostgresBed;
  let client: Client;

  beforeAll(async () => {
    bed = await openPostgresBed();
    await bed.admin.query(fill);
    await bed.admin.query('UPDATE event_store.partitions SET head = 10000');
    await bed.admin.query('ANALYZE event_store.events');
    client = await openClient(asRole(bed.databaseUrl, 'tidemark_event_store_writer'), 'test-plans');
    // The setting for servers on solid-state disks; the default of 4 is meant for spinning disks.
    await client.query('SET random_page_cost = 1.1');
  });
  afterAll(async () => {
    await client.end();
    await bed.close();
  });

  const correlationAfter = (afterEventId: string | undefined) =>
    readCorrelation({ correlationId: 'c-7', afterEventId, limit: 500 });
  const append = (expectedVersion: 'any' | number) =>
    prepareAppend(request({ aggregateId: '7', expectedVersion }), codec, 4);
  const stream = { streamId: 'Counter-7', fromVersion: 3, toVersion: 2 ** 31 - 1, limit: 500 };

  it.each<[string, QueryConfig, string]>([
    [
      'streams, forward',
      readStreams([stream, { ...stream, streamId: 'Counter-8' }]),
      'events_stream_version',
    ],
    ['a stream, backward', readStreamBackward(stream), 'events_stream_version'],
    ["a stream's head", streamHead('Counter-7'), 'events_stream_version'],
    [
      'partitions',
      readPartitions([
        { partition: 1, fromPosition: 9_000, limit: 500 },
        { partition: 2, fromPosition: 1, limit: 500 },
      ]),
      'events_partition_position',
    ],
    ['commands', findCommands([randomUUID(), randomUUID()]), 'events_command'],
    ['a correlation', correlationAfter(undefined), 'events_correlation'],
    ['snapshots', loadSnapshots(['Counter-7', 'Counter-8']), 'snapshots_pkey'],
  ])('read %s by its index, in its order', async (_name, statement, index) => {
    for (const plan of await plansOf(client, statement)) {
      expectNoTableInFull(plan);
      expect(new Set(indexesIn(plan))).toContain(index);
      expect(typesIn(plan)).not.toContain('Sort');
    }
  });

  const scan = (filter?: EventFilter) =>
    scanPartition({ partition: 1, afterPosition: 2_000, limit: 200, span: 5_000, filter });

  it.each<[string, EventFilter | undefined]>([
    ['all events', undefined],
    ['events of a stream type', { streamTypes: ['Counter'] }],
    ['events of a type', { eventTypes: ['Counted'] }],
  ])('scans a partition for %s by its index, in its order', async (_name, filter) => {
    for (const plan of await plansOf(client, scan(filter))) {
      expectNoTableInFull(plan);
      const found = plan.find((node) => node['Subplan Name'] === 'CTE found')!;
      expect(found['Node Type']).toBe('Limit');
      const read = found.Plans!.find((node) => node['Relation Name'] === 'events')!;
      expect(read).toMatchObject({ 'Node Type': 'Index Scan', 'Index Name': 'events_partition_position' });
      expect(read['Index Cond']).toMatch(/partition = .*position" > .*position" <= /);
    }
  });

  it('scans a partition for rare events by the index of positions, or by that of types', async () => {
    for (const plan of await plansOf(client, scan({ streamTypes: ['Counter'], eventTypes: ['Seldom'] }))) {
      expectNoTableInFull(plan);
    }
  });

  it('reads headers by the index of their streams', async () => {
    const streamIds = ['Counter-8', 'Counter-12'];
    for (const plan of await plansOf(client, readHeaders({ streamIds, afterPosition: 0, limit: 2_000 }))) {
      expectNoTableInFull(plan);
      expect(indexesIn(plan)).toEqual(['events_stream_version']);
    }
  });

  it('continues a correlation by its index', async () => {
    for (const plan of await plansOf(client, correlationAfter(randomUUID()))) {
      expect(indexesIn(plan).toSorted()).toEqual(['events_correlation', 'events_pkey']);
      const onCorrelation = plan.find((node) => node['Index Name'] === 'events_correlation');
      expect(onCorrelation?.['Index Cond']).toMatch(/global_position >/);
      expect(typesIn(plan)).not.toContain('Sort');
    }
  });

  it('looks up stream and command by index to append one event, and sorts no rows of the log', async () => {
    const appended = append(20);
    for (const plan of await plansOf(client, appendEvent(appended, appended.events[0]!))) {
      const onEvents = plan.filter(
        (node) => node['Relation Name'] === 'events' && node['Node Type'] !== 'ModifyTable',
      );
      expect(indexesIn(onEvents).toSorted()).toEqual(['events_command', 'events_stream_version']);
    }
  });

  it('looks up streams and commands by index to append many events', async () => {
    // The statements inside a function show their plans only to auto_explain, which a superuser may load.
    const explained: string[] = [];
    const admin = await openClient(bed.databaseUrl, 'test-plans');
    admin.on('notice', ({ message }) => explained.push(message ?? ''));
    await admin.query(`LOAD 'auto_explain'`);
    await admin.query(
      'SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log',
    );
    const appends = Array.from({ length: 64 }, (_, index) =>
      prepareAppend(
        request({ aggregateId: String(index), expectedVersion: 20, events: [counted(1)] }),
        codec,
        4,
      ),
    );
    const { rows } = await admin.query<{ outcome: string }>(appendBatch(appends));
    await admin.end();
    expect(rows.map(({ outcome }) => outcome)).toEqual(appends.map(() => 'appended'));
    const text = explained.join('\n');
    expect(text).toContain('Index Scan Backward using events_stream_version');
    expect(text).toMatch(/Index (Only )?Scan using events_command/);
    expect(text).not.toMatch(/Seq Scan on events|Hash Join|Merge Join|Bitmap Heap Scan on events/);
  });
});
