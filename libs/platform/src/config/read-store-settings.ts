import { z } from 'zod';
import { count } from './numbers';
import { mongodbUrl, postgresUrl } from './urls';

export interface ReadStoreSettingsOptions {
  /** What the service does with the read models, for the documentation. */
  readonly access: 'reads' | 'writes';
  /** The role that the service needs in Postgres. */
  readonly role: string;
  /** The defaults. */
  readonly maxConnections: { readonly mongodb: number; readonly postgres: number };
}

/** Where the read models are: in MongoDB if its URL is set, in Postgres otherwise, unless `READ_STORE` says so. */
export function readStoreSettings({ access, role, maxConnections }: ReadStoreSettingsOptions) {
  return z
    .object({
      READ_STORE: z
        .enum(['mongodb', 'postgres'], { error: 'expected mongodb or postgres' })
        .optional()
        .meta({ values: 'mongodb, postgres' })
        .describe('Which database holds the read models: `mongodb` if `MONGODB_URL` is set, else `postgres`'),
      MONGODB_URL: mongodbUrl()
        .optional()
        .describe(`The read models in MongoDB, which the service ${access}`),
      MONGODB_MAX_CONNECTIONS: count({ default: maxConnections.mongodb, max: 1_000 }).describe(
        'The maximum number of connections to MongoDB',
      ),
      READ_STORE_DATABASE_URL: postgresUrl()
        .optional()
        .describe(`The read models in Postgres, which the service ${access} as \`${role}\``),
      READ_STORE_MAX_CONNECTIONS: count({ default: maxConnections.postgres, max: 1_000 }).describe(
        'The maximum number of connections to the read models in Postgres',
      ),
    })
    .transform((env, context) => {
      const kind = env.READ_STORE ?? (env.MONGODB_URL ? 'mongodb' : 'postgres');
      const fault = faultIn(kind, env);
      if (fault) {
        context.addIssue({ code: 'custom', path: [fault.setting], message: fault.message });
        return z.NEVER;
      }
      return kind === 'mongodb'
        ? { kind, url: env.MONGODB_URL!, maxConnections: env.MONGODB_MAX_CONNECTIONS }
        : { kind, url: env.READ_STORE_DATABASE_URL!, maxConnections: env.READ_STORE_MAX_CONNECTIONS };
    });
}

interface Given {
  readonly READ_STORE?: unknown;
  readonly MONGODB_URL?: unknown;
  readonly READ_STORE_DATABASE_URL?: unknown;
}

function faultIn(
  kind: 'mongodb' | 'postgres',
  env: Given,
): { readonly setting: string; readonly message: string } | undefined {
  if (kind === 'mongodb') {
    return env.MONGODB_URL
      ? undefined
      : { setting: 'MONGODB_URL', message: 'required, because READ_STORE is mongodb' };
  }
  if (env.MONGODB_URL) {
    return {
      setting: 'READ_STORE',
      message: 'is postgres, but MONGODB_URL is set as well; remove one of the two',
    };
  }
  const why = env.READ_STORE ? 'because READ_STORE is postgres' : 'unless MONGODB_URL is set';
  return env.READ_STORE_DATABASE_URL
    ? undefined
    : { setting: 'READ_STORE_DATABASE_URL', message: `required, ${why}` };
}
