import { createPool } from '@tidemark/postgres';
import {
  createTestDatabase,
  createTestVhost,
  eventually,
  postgresUrlAs,
  serviceLogins,
} from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import type { CommandEnvelope } from '../commands/command-envelope';
import { migrateCommandQueue } from '../commands/postgres/command-queue-schema';
import type { CommandProcessConfig } from './command-process.fixture';
import { Replica } from './replica.fixture';

type Options = Pick<CommandProcessConfig, 'way' | 'interruption'>;

/** An outbox of commands, the effects that they have, and the processes between the two. */
export class CommandFaultBed {
  private readonly replicas: Replica[] = [];

  private constructor(
    readonly pool: Pool,
    private readonly place: Omit<CommandProcessConfig, 'role' | 'way' | 'queueUrl'>,
    private readonly release: () => Promise<void>,
  ) {}

  static async create(): Promise<CommandFaultBed> {
    const [vhost, database] = await Promise.all([createTestVhost(), createTestDatabase()]);
    const logins = serviceLogins(database.url);
    await migrateCommandQueue({
      databaseUrl: database.url,
      logins: { sender: [logins['process-manager']], receiver: [logins['command-service']] },
    });
    const pool = createPool({ url: database.url, applicationName: 'faults' });
    await pool.query(`
      CREATE SCHEMA faults;
      CREATE TABLE faults.outbox (
        command_id text PRIMARY KEY, envelope jsonb NOT NULL, attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(), confirmed boolean NOT NULL DEFAULT false);
      CREATE TABLE faults.effects (command_id text PRIMARY KEY);
      CREATE TABLE faults.deliveries (command_id text NOT NULL)`);
    const place = { databaseUrl: database.url, amqpUrl: vhost.url, prefix: vhost.prefix };
    return new CommandFaultBed(pool, place, async () => {
      await pool.end();
      await Promise.all([vhost.drop(), database.drop()]);
    });
  }

  sender(options: Options): Replica {
    return this.started('sender', options);
  }

  receiver(options: Options): Replica {
    return this.started('receiver', options);
  }

  /** Puts commands into the outbox. */
  async order(count: number, data: object = {}): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const envelope: CommandEnvelope = {
        commandId: uuid(),
        streamType: 'Order',
        type: 'PayOrder',
        data,
        correlationId: 'c',
        actor: 'process:test',
      };
      await this.pool.query('INSERT INTO faults.outbox (command_id, envelope) VALUES ($1, $2)', [
        envelope.commandId,
        envelope,
      ]);
    }
  }

  /** Resolves once `count` commands have had their effect. */
  untilAllHandled(count: number): Promise<void> {
    return this.untilCounted(count, 'SELECT FROM faults.effects');
  }

  /** Resolves once at least `count` deliveries have begun. */
  untilDelivered(count: number): Promise<void> {
    return eventually(async () => {
      const { rowCount } = await this.pool.query('SELECT FROM faults.deliveries');
      expect(rowCount).toBeGreaterThanOrEqual(count);
    });
  }

  /** How many commands were delivered and had no effect. */
  async withoutEffect(): Promise<number> {
    const { rowCount } = await this.pool.query(
      'SELECT DISTINCT command_id FROM faults.deliveries EXCEPT SELECT command_id FROM faults.effects',
    );
    return rowCount!;
  }

  /** Resolves once `count` commands are safe in a queue. */
  untilConfirmed(count: number): Promise<void> {
    return this.untilCounted(count, 'SELECT FROM faults.outbox WHERE confirmed');
  }

  /** Stops all processes in an orderly way. */
  async stopReplicas(): Promise<void> {
    await Promise.all(this.replicas.splice(0).map((replica) => replica.stop()));
  }

  async dispose(): Promise<void> {
    this.replicas.splice(0).forEach((replica) => replica.kill());
    await this.release();
  }

  private untilCounted(count: number, rows: string): Promise<void> {
    return eventually(async () => {
      const { rowCount } = await this.pool.query(rows);
      expect(rowCount).toBe(count);
    });
  }

  private started(role: CommandProcessConfig['role'], options: Options): Replica {
    const login = serviceLogins(this.place.databaseUrl)[
      role === 'sender' ? 'process-manager' : 'command-service'
    ];
    const queueUrl = postgresUrlAs(this.place.databaseUrl, login);
    const replica = Replica.commands({ ...this.place, ...options, role, queueUrl });
    this.replicas.push(replica);
    return replica;
  }
}
