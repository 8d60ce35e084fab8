import { Fault } from '@tidemark/kernel';

/** None of the ways to get a backing service worked. The message lists them and says what to do. */
export class InfrastructureUnavailableError extends Fault {
  readonly code = 'infrastructure_unavailable';
  readonly retryable = false;
}

/** A test needs a server that this test run does not have. The run counts that test as skipped. */
export class MissingServerError extends Fault {
  readonly code = 'missing_server';
  readonly retryable = false;

  constructor(readonly service: string) {
    super(`this test run has no ${service}`);
  }
}

/** `npm start` does not move an installation to another server by itself. The message says what to do. */
export class KeptServerMissingError extends Fault {
  readonly code = 'kept_server_missing';
  readonly retryable = true;

  /** @param server as a person would call it */
  constructor(
    readonly installation: string,
    readonly service: 'postgres' | 'rabbitmq' | 'mongodb',
    server: string,
    cause: Error,
  ) {
    super(`${installation} uses ${server}, which is not there. ${remedies[service]}`, { cause });
  }
}

const remedies = {
  postgres:
    'Start it, or name its URL with DATABASE_URL. To begin anew without its data: npm run -s infra -- reset',
  rabbitmq:
    'Start it, or name its URL with AMQP_URL. To go on without a broker: DELIVERY=log COMMANDS=postgres npm start',
  mongodb:
    'Start it, or name its URL with MONGODB_URL. To fill the read models again in Postgres: ' +
    'READ_STORE=postgres npm start',
} as const;

/** A URL in the environment is a decision of the user: if its server does not answer, nothing else is tried. */
export class UnreachableUrlError extends Fault {
  readonly code = 'infrastructure_url_unreachable';
  readonly retryable = true;

  constructor(
    readonly variable: string,
    cause: Error,
  ) {
    super(`${variable} is set, but its server does not answer: ${reasonOf(cause)}`, { cause });
  }
}

/** A refused connection to `localhost`, which has two addresses, has no message of its own. */
function reasonOf(cause: Error): string {
  const [first] = cause instanceof AggregateError ? (cause.errors as Error[]) : [];
  return cause.message || first?.message || cause.name;
}

/** A server or a service ended, or was not ready in time. The message contains the last lines of its log. */
export class StartFailedError extends Fault {
  readonly code = 'start_failed';
  readonly retryable = false;
}

/** Another process of this checkout held a lock for longer than the waiting time. */
export class LockTimeoutError extends Fault {
  readonly code = 'lock_timeout';
  readonly retryable = true;
}

/** Another program listens on the port of a service and would answer in its place. */
export class PortTakenError extends Fault {
  readonly code = 'port_taken';
  readonly retryable = true;

  constructor(
    readonly service: string,
    readonly port: number,
  ) {
    super(`${service} cannot start: another program listens on port ${port}`);
  }
}

/** Only one process of a checkout may run the installation with a name, and another process already does. */
export class AlreadyRunningError extends Fault {
  readonly code = 'already_running';
  readonly retryable = true;

  constructor(
    readonly installation: string,
    readonly pid: number,
  ) {
    super(`${installation} is already running, as process ${pid} of this checkout (to stop it: kill ${pid})`);
  }
}
