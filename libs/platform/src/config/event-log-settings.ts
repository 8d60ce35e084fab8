import { z } from 'zod';
import { count } from './numbers';
import { postgresUrl } from './urls';

/** The connection to the log of a service that does not write it. */
export function eventLogSettings() {
  return z
    .object({
      EVENT_STORE_DATABASE_URL: postgresUrl().describe(
        'The log, as `tidemark_event_store_reader`, which may only read it',
      ),
      EVENT_STORE_MAX_CONNECTIONS: count({ default: 5, max: 100 }).describe(
        'The maximum number of connections to the log',
      ),
    })
    .transform((env) => ({
      url: env.EVENT_STORE_DATABASE_URL,
      maxConnections: env.EVENT_STORE_MAX_CONNECTIONS,
    }));
}
