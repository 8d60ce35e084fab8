import { v7 as uuidv7 } from 'uuid';
import { contenderPool, type AppendContender } from './contender';
import { metadataOf, type Write } from './write';

/*
 * The part of the peer's types that is used. The package may not be installed when types are checked, so its name is
 * hidden from the compiler.
 */
interface EventStore {
  readonly schema: { migrate(): Promise<unknown> };
  appendToStream(
    stream: string,
    events: readonly unknown[],
    options: { readonly expectedStreamVersion: unknown },
  ): Promise<unknown>;
  aggregateStream(
    stream: string,
    options: { readonly evolve: (state: number) => number; readonly initialState: () => number },
  ): Promise<{ readonly currentStreamVersion: bigint; readonly streamExists: boolean }>;
  close(): Promise<void>;
}
interface EmmettPostgresql {
  getPostgreSQLEventStore(databaseUrl: string, options: object): EventStore;
}
interface Emmett {
  readonly STREAM_DOES_NOT_EXIST: unknown;
  isExpectedVersionConflictError(error: unknown): boolean;
}

export async function openEmmett(databaseUrl: string): Promise<AppendContender> {
  const emmett = (await import('@event-driven-io/emmett' as string)) as Emmett;
  const { getPostgreSQLEventStore } = (await import(
    '@event-driven-io/emmett-postgresql' as string
  )) as EmmettPostgresql;
  const pool = contenderPool(databaseUrl);
  const store = getPostgreSQLEventStore(databaseUrl, { connectionOptions: { pooled: true, pool } });
  await store.schema.migrate();

  const eventsOf = (write: Write) =>
    write.events.map((event) => ({
      ...event,
      metadata: { messageId: uuidv7(), ...metadataOf(write) },
    }));
  const streamOf = ({ streamId }: Write) => `order-${streamId}`;

  return {
    name: 'emmett',
    append: async (write) => {
      await store.appendToStream(streamOf(write), eventsOf(write), {
        expectedStreamVersion: emmett.STREAM_DOES_NOT_EXIST,
      });
    },
    attempt: async (write) => {
      const { currentStreamVersion, streamExists } = await store.aggregateStream(streamOf(write), {
        evolve: (count) => count + 1,
        initialState: () => 0,
      });
      try {
        await store.appendToStream(streamOf(write), eventsOf(write), {
          expectedStreamVersion: streamExists ? currentStreamVersion : emmett.STREAM_DOES_NOT_EXIST,
        });
        return true;
      } catch (error) {
        if (emmett.isExpectedVersionConflictError(error)) {
          return false;
        }
        throw error;
      }
    },
    landedSql: `SELECT message_metadata->>'correlationId' AS id, count(*)::integer AS events FROM emt_messages GROUP BY 1`,
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
