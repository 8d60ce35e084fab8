import { EventCodec, defineEvent } from '@tidemark/kernel';
import { PostgresEventStore } from '@tidemark/event-store';
import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { BrokerConnection } from '../broker/broker-connection';
import { PostgresGroupStore } from '../leases/postgres-group-store';
import type { Logger } from '../logger';
import { say } from './interruption.fixture';

/** The configuration of every replica of an installation. */
export interface ReplicaConfig {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  readonly owner: string;
}

/** The schema with the group store's tables and the record of applied events. */
export const schema = 'delivery';
export const codec = new EventCodec([defineEvent('Counted', z.object({ round: z.int() }))]);
export const impatience = { leaseMs: 1_000, minBackoffMs: 10, maxBackoffMs: 100 };

export interface ReplicaPorts {
  readonly pool: Pool;
  readonly log: PostgresEventStore;
  readonly store: PostgresGroupStore;
  readonly broker: BrokerConnection;
}

export function openPorts(config: ReplicaConfig, group: string): ReplicaPorts {
  const { databaseUrl: url, amqpUrl, partitions, owner } = config;
  const pool = createPool({ url: withTransactionTimeout(url), applicationName: owner, maxConnections: 4 });
  return {
    pool,
    log: new PostgresEventStore({ pool, codec, partitions }),
    store: new PostgresGroupStore({ pool, schema, group, mayRepeat: group === 'relay' }),
    broker: new BrokerConnection({ url: amqpUrl, name: owner, minBackoffMs: 50, maxBackoffMs: 200, logger }),
  };
}

/** Prints faults, so that a failing test can show them. */
export const logger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (facts, message) => sayTrouble(facts, message),
  error: (facts, message) => sayTrouble(facts, message),
};

function sayTrouble({ err, ...facts }: { err?: unknown }, message: string): void {
  say('trouble', { message, cause: String(err), ...facts });
}

/** A replica that hangs inside a transaction keeps its checkpoint locked until the server ends its session. */
function withTransactionTimeout(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c idle_in_transaction_session_timeout=${impatience.leaseMs}`);
  return url.href.replaceAll('+', '%20');
}

/** Runs until SIGTERM, or until the test that started it is gone. */
export function runReplica(ports: ReplicaPorts, replica: { start(): void; stop(): Promise<void> }): void {
  process.once('SIGTERM', () => void stop(ports, replica).then(() => process.exit(0)));
  process.stdin.resume().once('end', () => process.exit(1));
  replica.start();
  say('started');
}

async function stop({ broker, pool }: ReplicaPorts, replica: { stop(): Promise<void> }): Promise<void> {
  await replica.stop();
  await broker.close();
  await pool.end();
}
