import { defineEvent, EventCodec, type DomainEvent } from '@tidemark/kernel';
import {
  eventStoreRoles,
  migrateEventStore,
  PostgresEventStore,
  type AppendRequest,
  type PostgresEventStoreOptions,
} from '@tidemark/event-store';
import { createPool } from '@tidemark/postgres';
import { createTestDatabase, tapStatements } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { cardModel, cards, ownerModel, owners } from '../board.fixture';
import { foldAll } from '../fold';
import { migrateReadModels, readModelsRoles } from '../postgres/migrate-read-models';
import { postgresQueries } from '../postgres/postgres-queries';
import type { ProjectedDocument, Projection } from '../projection';
import { InlineProjections, inlineGenerationOf, type InlineProjectionsOptions } from './inline-projections';

const card = z.strictObject({ card: z.string(), owner: z.string() });

export const codec = new EventCodec([
  defineEvent('CardOpened', card),
  defineEvent('CardMarked', card.extend({ mark: z.number() })),
  defineEvent('OwnerRenamed', z.strictObject({ owner: z.string(), name: z.string() })),
  defineEvent('WeatherChanged', z.strictObject({})),
]);

export const partitions = 4;
export const board: readonly Projection[] = [cards, owners];

/** A process that appends. Without projections, it is one of an earlier release. */
export interface InlineProcess {
  readonly pool: Pool;
  readonly store: PostgresEventStore;
  readonly inline: InlineProjections;
}

export interface InlineBed {
  readonly admin: Pool;
  open(
    projections: readonly Projection[],
    options?: Partial<InlineProjectionsOptions> & Pick<PostgresEventStoreOptions, 'coalescing'>,
  ): InlineProcess;
  /** The stored documents of a projection, by id. */
  stored(projection: Projection): Promise<ReadonlyMap<string, ProjectedDocument>>;
  /** Fails unless the documents of these projections are the fold of the log. */
  expectFolded(projections?: readonly Projection[]): Promise<void>;
  close(): Promise<void>;
}

/** A database with a log and read models, and a user of both writers' roles, as an application has. */
export async function openInlineBed(): Promise<InlineBed> {
  const database = await createTestDatabase();
  await migrateEventStore({ databaseUrl: database.url, partitions });
  await migrateReadModels({ databaseUrl: database.url });
  const admin = createPool({ url: database.url, applicationName: 'test-admin' });
  const role = `inline_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`CREATE ROLE ${role} IN ROLE ${eventStoreRoles.writer}, ${readModelsRoles.writer}`);
  const url = new URL(database.url);
  url.searchParams.set('options', `-c role=${role}`);
  const pools: Pool[] = [];
  const readModels = [cardModel, ownerModel];
  const reader = new PostgresEventStore({ pool: admin, codec, partitions });

  const stored = async (projection: Projection) => {
    const model = readModels.find(({ name }) => name === projection.name)!;
    const page = { where: [{}], order: { field: '_id', direction: 1 }, limit: 10_000 } as const;
    const documents = await postgresQueries(admin, readModels).page(
      model,
      inlineGenerationOf(projection),
      page,
    );
    return new Map(documents.map((document) => [document._id, document as ProjectedDocument]));
  };

  return {
    admin,
    open: (projections, { coalescing, ...options } = {}) => {
      const pool = createPool({ url: url.href.replaceAll('+', '%20'), applicationName: 'test-inline' });
      pools.push(pool);
      tapStatements(pool);
      const log = reader;
      const inline = new InlineProjections({ pool, projections, readModels, log, codec, ...options });
      const work = projections.length > 0 ? { inline: inline.follow } : {};
      const store = new PostgresEventStore({
        pool,
        codec,
        partitions,
        ...work,
        ...(coalescing && { coalescing }),
      });
      return { pool, store, inline };
    },
    stored,
    expectFolded: async (projections = board) => {
      const events = [];
      for await (const event of reader.readAll()) {
        events.push(event);
      }
      for (const projection of projections) {
        expect(await stored(projection)).toEqual(foldAll(projection, events));
      }
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
      await database.drop();
    },
  };
}

/** An append of these events to the board of an owner, whose name is the partition key. */
export function appendOf(
  owner: string,
  events: readonly DomainEvent[],
  overrides: Partial<AppendRequest> = {},
): AppendRequest {
  return {
    streamType: 'Board',
    aggregateId: owner,
    partitionKey: owner,
    expectedVersion: 'any',
    events: events as unknown as AppendRequest['events'],
    command: {
      commandId: randomUUID(),
      commandHash: 'ab'.repeat(32),
      correlationId: 'c-1',
      actor: 'tester',
    },
    ...overrides,
  };
}
