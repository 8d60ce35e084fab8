import { randomUUID } from 'node:crypto';
import { eventCodec } from '@tidemark/domain';
import { EventStore, PostgresEventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { BrokerConnection, CommandPublisher, topologyNames, type CommandEnvelope } from '@tidemark/messaging';
import { createService } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import { createTestDatabase, createTestVhost, issueToken, newAuthKey, type Role } from '@tidemark/testing';
import type { Pool } from 'pg';
import { commandService } from '../command-service';
import { loadCommandServiceConfig } from '../config';
import { migrate } from '../migrate';

const partitions = 4;

type TopologyNames = ReturnType<typeof topologyNames>;

export interface TestRequest {
  /** `service` by default. */
  readonly role?: Role;
  /** Of a token with role `customer`, which is then the default. */
  readonly customer?: string;
  /** A new one by default; null for none. */
  readonly key?: string | null;
  /** null for none */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object becomes JSON; a text is sent as it is. */
  readonly body?: object | string;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // Tests look into answers of many shapes; what is not there fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface DeadLetter {
  readonly command: Record<string, unknown>;
  /** Why nobody could handle it. */
  readonly reasonCode: unknown;
  readonly attempts: unknown;
}

/** The whole service in this process, on a database and broker queues of its own. */
export interface TestCommandService {
  /** The log and the ledger, as their administrator. */
  readonly pool: Pool;
  readonly store: EventStore;
  /** Takes the next message off a queue; undefined when there is none. */
  take(queue: (names: TopologyNames) => string): Promise<Record<string, unknown> | undefined>;
  /** Takes the next dead letter; undefined when there is none. */
  takeDeadLetter(): Promise<DeadLetter | undefined>;
  request(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    request?: TestRequest,
  ): Promise<TestAnswer>;
  /** Sends a command as a process would. */
  send(
    command: Pick<CommandEnvelope, 'streamType' | 'type' | 'data'> & Partial<CommandEnvelope>,
  ): Promise<string>;
  events(streamId: string): Promise<EventEnvelope[]>;
  streamPartition(streamId: string): Promise<number | undefined>;
  /** How many events the log holds, over all partitions. */
  eventCount(): Promise<number>;
  stop(): Promise<void>;
}

export async function startCommandService(
  env: Readonly<Record<string, string>> = {},
): Promise<TestCommandService> {
  const [database, vhost] = await Promise.all([createTestDatabase(), createTestVhost()]);
  await migrate({ databaseUrl: database.url, partitions });
  const as = (role: string) => `${database.url}?options=-c%20role%3D${role}`;
  const authKey = newAuthKey();
  const config = loadCommandServiceConfig({
    LOG_LEVEL: 'silent',
    AUTH_LOCAL_KEY: authKey,
    DATABASE_URL: as('tidemark_event_store_writer'),
    PAYMENT_PROVIDER_DATABASE_URL: as('tidemark_payment_provider_runtime'),
    PAYMENT_PROVIDER_TIMEOUT_MS: '50',
    AMQP_URL: vhost.url,
    AMQP_PREFIX: vhost.prefix,
    RATE_LIMIT_PER_SECOND: '0',
    ...env,
  });
  const app = await createService({ ...commandService, config });
  await app.startAllMicroservices();
  await app.init();
  await app.getHttpAdapter().getInstance().ready();

  const pool = createPool({ url: database.url, applicationName: 'test' });
  const store = new PostgresEventStore({ pool, codec: eventCodec, partitions });
  const names = topologyNames(vhost.prefix);
  const broker = new BrokerConnection({ url: vhost.url, name: 'test' });
  const publisher = new CommandPublisher({
    broker,
    prefix: vhost.prefix,
    streamTypes: ['Order', 'Payment', 'StockItem', 'Shipment', 'Customer', 'Product'],
  });
  return {
    pool,
    store,
    async request(method, path, request = {}) {
      const {
        customer,
        role = customer === undefined ? 'service' : 'customer',
        key = randomUUID(),
      } = request;
      const { body, headers = {} } = request;
      const token =
        request.token === undefined ? await issueToken(authKey, { role, customer }) : request.token;
      const answer = await app.inject({
        method,
        url: path,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(key !== null && method !== 'GET' && { 'idempotency-key': key }),
          ...(typeof body === 'string' && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: body }),
      });
      return { status: answer.statusCode, headers: answer.headers, body: bodyOf(answer.body) };
    },
    async take(queue) {
      const message = await takeMessage(broker, queue(names));
      return message && contentOf(message);
    },
    async takeDeadLetter() {
      const message = await takeMessage(broker, names.deadQueue);
      const headers = message?.properties.headers;
      return (
        message && {
          command: contentOf(message),
          reasonCode: headers?.['reason-code'],
          attempts: headers?.['attempts'],
        }
      );
    },
    async send(command) {
      const envelope: CommandEnvelope = {
        commandId: randomUUID(),
        correlationId: randomUUID(),
        actor: 'process:test',
        ...command,
      };
      await publisher.publish(envelope);
      return envelope.commandId;
    },
    async events(streamId) {
      const events: EventEnvelope[] = [];
      for await (const event of store.readStream(streamId)) {
        events.push(event);
      }
      return events;
    },
    async streamPartition(streamId) {
      return (await store.streamHead(streamId))?.partition;
    },
    async eventCount() {
      return [...(await store.heads()).values()].reduce((sum, head) => sum + head, 0);
    },
    async stop() {
      await app.close();
      await publisher.close();
      await broker.close();
      await pool.end();
      await Promise.all([database.drop(), vhost.drop()]);
    },
  };
}

async function takeMessage(broker: BrokerConnection, queue: string) {
  const channel = await broker.openChannel('plain');
  try {
    return (await channel.get(queue, { noAck: true })) || undefined;
  } finally {
    // Already closed by the broker when there is no such queue.
    await channel.close().catch(() => undefined);
  }
}

function contentOf({ content }: { readonly content: Buffer }): Record<string, unknown> {
  return JSON.parse(content.toString()) as Record<string, unknown>;
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
