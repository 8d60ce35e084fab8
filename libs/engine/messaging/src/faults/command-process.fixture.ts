import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { BrokerConnection } from '../broker/broker-connection';
import { BrokerCommandReceiver } from '../commands/broker-command-receiver';
import { BrokerCommandSender } from '../commands/broker-command-sender';
import type { CommandEnvelope } from '../commands/command-envelope';
import { CommandPublisher } from '../commands/command-publisher';
import type { CommandReceiver } from '../commands/command-receiver';
import type { CommandSender } from '../commands/command-sender';
import { CommandTransport } from '../commands/command-transport';
import { PostgresCommandReceiver } from '../commands/postgres/postgres-command-receiver';
import { PostgresCommandSender } from '../commands/postgres/postgres-command-sender';
import { testKeys } from '../signing/test-keys.fixture';
import { WorkLoop } from '../work-loop';
import { Interruption, say, type InterruptionPlan } from './interruption.fixture';
import { impatience, logger } from './replica-process.fixture';

/** How commands travel. */
export const commandWays = ['rabbitmq', 'postgres'] as const;
export type CommandWay = (typeof commandWays)[number];

export type SenderPoint = 'before send' | 'after confirm' | 'after mark';
export type ReceiverPoint = 'before effect' | 'after effect' | 'after acknowledgement';

/** The process has two parts of a fulfilment: an outbox that is sent, and a handler with an effect per command. */
export interface CommandProcessConfig {
  readonly role: 'sender' | 'receiver';
  readonly way: CommandWay;
  readonly databaseUrl: string;
  /** As a sender or receiver of commands alone. */
  readonly queueUrl: string;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly interruption?: InterruptionPlan<SenderPoint | ReceiverPoint>;
}

interface Part {
  start(): void;
  stop(): Promise<void>;
}

const RESEND_MS = 500;

function sender(config: CommandProcessConfig, pool: Pool, broker: BrokerConnection): Part {
  const options = { prefix: config.prefix, streamTypes: ['Order'], logger, ...impatience };
  const outlet: CommandSender =
    config.way === 'postgres'
      ? new PostgresCommandSender({ ...options, databaseUrl: config.queueUrl })
      : new BrokerCommandSender({ ...options, broker });
  const publisher = new CommandPublisher({ sender: outlet, keys: testKeys });
  const interruption = new Interruption(config.interruption);
  const loop = new WorkLoop({
    pollIntervalMs: 20,
    work: async () => {
      const { rows } = await pool.query<{ envelope: CommandEnvelope; attempts: number }>(
        `UPDATE faults.outbox SET attempts = attempts + 1, due_at = now() + $1 * interval '1 millisecond'
          WHERE command_id IN (
            SELECT command_id FROM faults.outbox WHERE due_at <= now() AND NOT EXISTS
              (SELECT FROM faults.effects WHERE effects.command_id = outbox.command_id) LIMIT 5)
         RETURNING envelope, attempts`,
        [RESEND_MS],
      );
      for (const { envelope, attempts } of rows) {
        interruption.reach('before send');
        await publisher.publish(envelope, attempts);
        interruption.reach('after confirm');
        await pool.query('UPDATE faults.outbox SET confirmed = true WHERE command_id = $1', [
          envelope.commandId,
        ]);
        interruption.reach('after mark');
      }
    },
  });
  return {
    start: () => loop.start(),
    async stop() {
      await publisher.close();
      await loop.stop();
    },
  };
}

function receiver(config: CommandProcessConfig, pool: Pool, broker: BrokerConnection): Part {
  const options = { prefix: config.prefix, streamTypes: ['Order'], prefetch: 4, logger, ...impatience };
  const inlet: CommandReceiver =
    config.way === 'postgres'
      ? new PostgresCommandReceiver({ ...options, databaseUrl: config.queueUrl })
      : new BrokerCommandReceiver({ ...options, broker });
  const interruption = new Interruption(config.interruption);
  const transport = new CommandTransport({
    receiver: inlet,
    keys: testKeys,
    logger,
    ...impatience,
    hooks: { onFinished: () => interruption.reach('after acknowledgement') },
  });
  transport.addHandler('Order.PayOrder', async ({ commandId, data }: CommandEnvelope) => {
    await pool.query('INSERT INTO faults.deliveries (command_id) VALUES ($1)', [commandId]);
    if ((data as { poison?: boolean }).poison) {
      process.kill(process.pid, 'SIGKILL');
    }
    interruption.reach('before effect');
    await pool.query('INSERT INTO faults.effects (command_id) VALUES ($1) ON CONFLICT DO NOTHING', [
      commandId,
    ]);
    interruption.reach('after effect');
  });
  return {
    start: () => transport.listen(() => {}),
    stop: () => transport.close(),
  };
}

function main(config: CommandProcessConfig): void {
  const pool = createPool({ url: config.databaseUrl, applicationName: config.role, maxConnections: 6 });
  const broker = new BrokerConnection({ url: config.amqpUrl, minBackoffMs: 50, maxBackoffMs: 200, logger });
  const part = config.role === 'sender' ? sender(config, pool, broker) : receiver(config, pool, broker);
  if (config.way === 'rabbitmq') {
    broker.start();
  }
  process.once('SIGTERM', () => {
    void part
      .stop()
      .then(() => broker.close())
      .then(() => pool.end())
      .then(() => process.exit(0));
  });
  // The test that started it is gone.
  process.stdin.resume().once('end', () => process.exit(1));
  part.start();
  say('started');
}

if (require.main === module) {
  main(JSON.parse(process.argv[2]!) as CommandProcessConfig);
}
