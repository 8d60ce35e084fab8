import { createHmac } from 'node:crypto';

/** The parts of an installation with a login of their own: the services, and the simulated payment provider. */
const parts = [
  'command-service',
  'payment-provider',
  'query-service',
  'projection-service',
  'process-manager',
] as const;
type Part = (typeof parts)[number];

export interface ServiceLogin {
  readonly name: string;
  readonly password: string;
}

/**
 * The database logins of one installation. Roles belong to the whole server, so their names begin with that of the
 * database. The passwords follow from the administrator's, so that every checkout that knows it finds the same.
 *
 * @param databaseUrl the administrator's URL of the database
 */
export function serviceLogins(databaseUrl: string): Readonly<Record<Part, ServiceLogin>> {
  const { pathname, password } = new URL(databaseUrl);
  const names = loginNames(decodeURIComponent(pathname.slice(1)));
  const login = (part: Part, index: number): [Part, ServiceLogin] => {
    const name = names[index]!;
    return [part, { name, password: createHmac('sha256', password).update(name).digest('base64url') }];
  };
  return Object.fromEntries(parts.map(login)) as Record<Part, ServiceLogin>;
}

/** The names of the logins of a database. */
export function loginNames(database: string): string[] {
  return parts.map((part) => `${database}_${part}`);
}

/** The variables that tell the migrations of all schemas which logins to create. */
export function loginSettings(databaseUrl: string): Readonly<Record<string, string>> {
  const logins = serviceLogins(databaseUrl);
  const listed = (...given: readonly Part[]) =>
    given.map((part) => `${logins[part].name}:${logins[part].password}`).join(',');
  return {
    EVENT_STORE_WRITER_LOGINS: listed('command-service'),
    EVENT_STORE_READER_LOGINS: listed('query-service', 'projection-service', 'process-manager'),
    COMMAND_QUEUE_SENDER_LOGINS: listed('process-manager'),
    COMMAND_QUEUE_RECEIVER_LOGINS: listed('command-service'),
    PAYMENT_PROVIDER_LOGINS: listed('payment-provider'),
    PROCESS_MANAGER_LOGINS: listed('process-manager'),
    READ_MODELS_WRITER_LOGINS: listed('projection-service'),
    READ_MODELS_READER_LOGINS: listed('query-service'),
  };
}

/** The same database for another user. */
export function postgresUrlAs(databaseUrl: string, { name, password }: ServiceLogin): string {
  const url = new URL(databaseUrl);
  if (url.host === '') {
    // A socket's directory is a parameter. Without a host, the user must be a parameter too.
    url.searchParams.set('user', name);
    url.searchParams.set('password', password);
  } else {
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(password);
  }
  return url.href;
}
