import type { Client, QueryConfig } from 'pg';
import { randomUUID } from 'node:crypto';
import { openClient } from '@tidemark/postgres';
import { counted, request } from '../counter.fixture';
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
import { streamHead } from './stream-head';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** 40,000 events in 2,000 streams are enough: if an index fits, Postgres never chooses a scan of the table. */
const fill = `
  INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata, event_version,
    "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition, position)
  SELECT gen_random_uuid(), 'Counter-' || n % 2000, 'Counter', 'Counted', '{"by": 1}', '{"actor": "a"}', n / 2000 + 1,
    clock_timestamp(), 'c-' || n % 5000, gen_random_uuid(), 0, '\\x00', 1, (n % 2000) % 4, (n / 2000) * 500 + (n % 2000) / 4 + 1
  FROM generate_series(0, 39999) n`;

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

  async function planOf({ text, values }: QueryConfig): Promise<PlanNode[]> {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (FORMAT JSON) ${text}`,
      values,
    );
    return nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
  }

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
    const plan = await planOf(statement);
    expect(plan.map((node) => node['Index Name']).filter(Boolean)).toEqual([index]);
    expect(plan.map((node) => node['Node Type'])).not.toContain('Sort');
    expect(plan.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });

  it('reads headers by the index of their streams', async () => {
    const streamIds = ['Counter-8', 'Counter-12'];
    const plan = await planOf(readHeaders({ streamIds, afterPosition: 0, limit: 2_000 }));
    expect(plan.map((node) => node['Index Name']).filter(Boolean)).toEqual(['events_stream_version']);
    expect(plan.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });

  it('continues a correlation by its index', async () => {
    const plan = await planOf(correlationAfter(randomUUID()));
    const indexes = plan.map((node) => node['Index Name']).filter(Boolean);
    expect(indexes.toSorted()).toEqual(['events_correlation', 'events_pkey']);
    const onCorrelation = plan.find((node) => node['Index Name'] === 'events_correlation');
    expect(onCorrelation?.['Index Cond']).toMatch(/global_position >/);
    expect(plan.map((node) => node['Node Type'])).not.toContain('Sort');
  });

  it('looks up stream and command by index to append one event, and sorts no rows of the log', async () => {
    const appended = append(20);
    const plan = await planOf(appendEvent(appended, appended.events[0]!));
    const onEvents = plan.filter(
      (node) => node['Relation Name'] === 'events' && node['Node Type'] !== 'ModifyTable',
    );
    expect(onEvents.map((node) => node['Index Name']).toSorted()).toEqual([
      'events_command',
      'events_stream_version',
    ]);
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
