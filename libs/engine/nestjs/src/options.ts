import type { LiveValue } from '@tidemark/kernel';
import type { MessageKey } from '@tidemark/messaging';
import type { ReadStoreAddress } from '@tidemark/projections';
import type { Registry } from 'prom-client';

/** The parts of an application that can be deployed apart. */
export const parts = ['write', 'read', 'projections', 'processes'] as const;

/**
 * - `write` executes commands, and tells the other parts about appends.
 * - `read` answers from read models.
 * - `projections` keeps the read models up to date.
 * - `processes` runs the processes: their events, timers and commands.
 */
export type Part = (typeof parts)[number];

/** How events and commands travel through RabbitMQ. */
export interface BrokerOptions {
  /** `amqp://` or `amqps://`. The connection is made in the background, and made again after each loss. */
  readonly url: string | LiveValue<string>;
  /**
   * The keys that sign messages: owner `relay` for events and `process:<name>` for the commands of each process. Text
   * is JSON: `{"keys": [{"id", "owner", "secret"}]}`, with at least 32 bytes as base64url in each `secret`. Every
   * deployment needs the keys of the messages that it sends and receives.
   */
  readonly messageKeys: string | LiveValue<readonly MessageKey[]>;
  /** The prefix of all names on the broker; `tidemark` by default. */
  readonly prefix?: string;
}

export interface TidemarkOptions {
  /**
   * `postgres://…`, of the database with the log. A changed URL is first tried with a separate connection, and then
   * replaces each connection as soon as it is free.
   */
  readonly databaseUrl: string | LiveValue<string>;
  /**
   * `required`: the application ends with `MigrationMissingError` at start if a migration is missing. `onStart`: it
   * runs missing migrations itself, which needs a user that may create schemas and roles. `required` by default.
   */
  readonly migrate?: 'onStart' | 'required';
  /**
   * The number of partitions of the log. It is fixed when the log is created, so a log with another number is refused
   * at start. A new log gets 16 if it is absent, and a log that exists may then have any number.
   */
  readonly partitions?: number;
  /**
   * RabbitMQ, which brings events to consumers and commands to aggregates. Without it, consumers follow the log, and
   * commands travel through queues in Postgres. All deployments of an application agree on it.
   */
  readonly broker?: BrokerOptions;
  /** The database of the read models; Postgres at `databaseUrl` by default. */
  readonly readStore?: ReadStoreAddress;
  /** The registry of `prom-client` that gets the metrics; none by default. */
  readonly metrics?: Registry;
  /** The parts that run in this process; all by default. A part that does not run opens nothing of its own. */
  readonly runs?: readonly Part[];
  /** The name of the application, which `pg_stat_activity` shows; `tidemark` by default. */
  readonly name?: string;
  /** The maximum number of connections of each part; 10 by default. */
  readonly maxConnections?: number;
  /** How often a command is decided again after a conflict; 10 by default. */
  readonly conflictRetries?: number;
  /** How long a start waits for a database that is unavailable, before it fails; 30,000 by default. */
  readonly startTimeoutMs?: number;
}

export const DEFAULT_NAME = 'tidemark';

export function runs(options: Pick<TidemarkOptions, 'runs'>, part: Part): boolean {
  return (options.runs ?? parts).includes(part);
}
