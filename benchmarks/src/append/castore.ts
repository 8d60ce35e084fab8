import { poolSize, type AppendContender } from './contender';
import { metadataOf, type Write } from './write';

/*
 * The part of the peer's types that is used. The package may not be installed when types are checked, so its name is
 * hidden from the compiler.
 */
interface Sql {
  end(): Promise<void>;
}
interface EventDetail {
  readonly aggregateId: string;
  readonly version: number;
  readonly type: string;
  readonly payload: unknown;
  readonly metadata: unknown;
}
interface Context {
  readonly eventStoreId: string;
}
interface Adapter {
  pushEvent(event: EventDetail, context: Context): Promise<unknown>;
  groupEvent(event: EventDetail): { context?: Context };
  pushEventGroup(options: object, ...events: readonly { context?: Context }[]): Promise<unknown>;
  getEvents(aggregateId: string, context: Context): Promise<{ readonly events: readonly EventDetail[] }>;
}
interface AdapterClass {
  new (options: { connectionString: string }): Adapter;
  createClient(options: { connectionString: string }): Sql;
  createEventTable(options: { connectionString: string }): Promise<unknown>;
}
interface Postgres {
  (url: string, options: object): Sql;
  readonly BigInt: unknown;
}

const context: Context = { eventStoreId: 'orders' };
const alreadyExists = 'EventAlreadyExistsError';

/** The peer's adapter, used directly. */
export async function openCastore(databaseUrl: string): Promise<AppendContender> {
  const { PostgresEventStorageAdapter: adapterClass } = (await import(
    '@castore/event-storage-adapter-postgres' as string
  )) as { PostgresEventStorageAdapter: AdapterClass };
  const { default: postgres } = (await import('postgres' as string)) as { default: Postgres };
  await adapterClass.createEventTable({ connectionString: databaseUrl });

  // The adapter has no option for the size of its pool, and no way to close it.
  const sql = postgres(databaseUrl, { max: poolSize, types: { bigint: postgres.BigInt } });
  const { createClient } = adapterClass;
  adapterClass.createClient = () => sql;
  const adapter = new adapterClass({ connectionString: databaseUrl });
  adapterClass.createClient = createClient;

  const detailsOf = (write: Write, version: number): EventDetail[] =>
    write.events.map(({ type, data }, index) => ({
      aggregateId: write.streamId,
      version: version + index + 1,
      type,
      payload: data,
      metadata: metadataOf(write),
    }));
  const push = async (write: Write, version: number) => {
    const details = detailsOf(write, version);
    if (details.length === 1) {
      await adapter.pushEvent(details[0]!, context);
    } else {
      const group = details.map((detail) => Object.assign(adapter.groupEvent(detail), { context }));
      await adapter.pushEventGroup({}, ...group);
    }
  };

  return {
    name: 'castore',
    append: (write) => push(write, 0),
    attempt: async (write) => {
      const { events } = await adapter.getEvents(write.streamId, context);
      try {
        await push(write, events.at(-1)?.version ?? 0);
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === alreadyExists) {
          return false;
        }
        throw error;
      }
    },
    landedSql: `SELECT metadata->>'correlationId' AS id, count(*)::integer AS events FROM event GROUP BY 1`,
    close: () => sql.end(),
  };
}
