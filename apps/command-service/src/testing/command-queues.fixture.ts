import {
  BrokerCommandSender,
  PostgresCommandSender,
  topologyNames,
  type BrokerConnection,
  type CommandEnvelope,
  type CommandSender,
} from '@tidemark/messaging';
import { aggregates } from '@tidemark/contracts';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

const streamTypes = Object.keys(aggregates);

export interface DeadLetter {
  readonly command: Record<string, unknown>;
  /** The reason why the command could not be handled. */
  readonly reasonCode: unknown;
  readonly attempts: unknown;
}

/** The queues from which a service takes commands, as a process and an attacker see them. */
export interface TestQueues {
  readonly sender: CommandSender;
  /** Takes the next dead letter; undefined if there is none. */
  takeDeadLetter(): Promise<DeadLetter | undefined>;
  /** Sends a command with these headers, as any user of the queues could. */
  forge(command: CommandEnvelope, headers: Readonly<Record<string, unknown>>): Promise<void>;
}

export function queuesOfBroker(broker: BrokerConnection, prefix: string): TestQueues {
  const names = topologyNames(prefix);
  return {
    sender: new BrokerCommandSender({ broker, prefix, streamTypes }),
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
    async forge(command, headers) {
      const channel = await broker.openChannel('confirm');
      const key = `${command.streamType}.${command.type}`;
      channel.publish(names.commandExchange, key, Buffer.from(JSON.stringify(command)), { headers });
      await channel.waitForConfirms();
      await channel.close();
    },
  };
}

/** @param pool as administrator */
export function queuesInPostgres(pool: Pool, senderUrl: string, prefix: string): TestQueues {
  return {
    sender: new PostgresCommandSender({ databaseUrl: senderUrl, prefix, streamTypes }),
    async takeDeadLetter() {
      const { rows } = await pool.query<{ content: Buffer; reasonCode: string; attempts: number }>(`
        DELETE FROM command_queue.dead_letters WHERE id = (SELECT min(id) FROM command_queue.dead_letters)
        RETURNING content, reason_code AS "reasonCode", attempts`);
      return rows[0] && { ...rows[0], command: contentOf(rows[0]) };
    },
    async forge(command, headers) {
      await pool.query(
        `INSERT INTO command_queue.commands (queue, message_id, routing_key, content, properties)
         VALUES ($1, $2, $3, $4, $5)`,
        [
          command.streamType,
          randomUUID(),
          `${command.streamType}.${command.type}`,
          Buffer.from(JSON.stringify(command)),
          { headers },
        ],
      );
    },
  };
}

export async function takeMessage(broker: BrokerConnection, queue: string) {
  const channel = await broker.openChannel('plain');
  try {
    return (await channel.get(queue, { noAck: true })) || undefined;
  } finally {
    // The broker has already closed the channel if the queue does not exist.
    await channel.close().catch(() => undefined);
  }
}

export function contentOf({ content }: { readonly content: Buffer }): Record<string, unknown> {
  return JSON.parse(content.toString()) as Record<string, unknown>;
}
