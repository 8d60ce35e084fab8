import { openClient } from '@tidemark/postgres';
import { describeSchema, eventually } from '@tidemark/test-servers';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotConfirmedError } from '../../errors';
import { signedCommand } from '../../signing/test-keys.fixture';
import { describeCommands } from '../commands-contract.fixture';
import { command, CommandsOnTest } from '../commands-on-test.fixture';
import { commandQueueSchema } from './command-queue-schema';
import { createPostgresCommandBed, type PostgresCommandBed } from './postgres-command-bed.fixture';
import { deleteCommands } from './sql/delete-commands';
import { releaseReceiver } from './sql/release-receiver';
import { renewReceiver } from './sql/renew-receiver';
import { takeCommands } from './sql/take-commands';

describeCommands('a queue in Postgres', createPostgresCommandBed);

let bed: PostgresCommandBed;
let test: CommandsOnTest;

beforeEach(async () => {
  bed = await createPostgresCommandBed();
  test = new CommandsOnTest(bed);
});
afterEach(async () => {
  await test.stop();
  await bed.dispose();
});

/** Takes everything, as a receiver that then dies. */
async function takeAndDie(id = 'dead', ttlMs = 300): Promise<number> {
  await renewReceiver(bed.pool, id, ttlMs);
  return (await takeCommands(bed.pool, id, new Map([['Order', 100]]))).length;
}

const stored = async (columns: string) =>
  (
    await bed.pool.query<Record<string, unknown>>(
      `SELECT ${columns} FROM command_queue.commands ORDER BY seq`,
    )
  ).rows;

describe('a receiver that dies', () => {
  it('leaves its commands to the others within the lease, with what it has noted', async () => {
    const noted = command();
    await test.publisher.publish(noted);
    expect(await takeAndDie()).toBe(1);
    await bed.pool.query("UPDATE command_queue.commands SET attempts = 3, failures = 2, reason = 'not now'");
    const started = performance.now();
    await test.startService();
    await eventually(() => expect(test.handled).toEqual([{ commandId: noted.commandId, attempt: 4 }]));
    expect(performance.now() - started).toBeLessThan(2_000);
    await test.expectQueueEmptyAfterClose();
  });

  it('leaves a dead letter after others died with the same command', async () => {
    const deadly = command();
    await test.publisher.publish(deadly);
    await bed.pool.query('UPDATE command_queue.commands SET losses = 19');
    await takeAndDie();
    await test.startService();
    expect(await test.deadLetter()).toMatchObject({
      messageId: deadly.commandId,
      reasonCode: 'receivers_died',
      reason: '20 receivers died while they held the command',
    });
    expect(test.handled).toEqual([]);
  });

  it.each([-3_600_000, 3_600_000])(
    'keeps no command for long when the clock of the database steps by %d ms',
    async (byMs) => {
      await test.publisher.publish(command());
      await takeAndDie('dead', 60_000);
      await bed.pool.query(
        "UPDATE command_queue.receivers SET expires_at = expires_at - $1 * interval '1 millisecond'",
        [byMs],
      );
      await test.startService();
      await eventually(() => expect(test.handled).toHaveLength(1));
    },
  );

  it('can no longer remove what the others have taken', async () => {
    await test.publisher.publish(command());
    expect(await takeAndDie('frozen', 60_000)).toBe(1);
    await bed.pool.query('UPDATE command_queue.receivers SET expires_at = now()');
    await renewReceiver(bed.pool, 'other', 10_000);
    expect(await takeCommands(bed.pool, 'other', new Map([['Order', 1]]))).toHaveLength(1);
    await releaseReceiver(bed.pool, 'frozen');
    expect(await stored('receiver, losses')).toEqual([{ receiver: 'other', losses: 1 }]);
    expect(await takeCommands(bed.pool, 'frozen', new Map([['Order', 1]]))).toEqual([]);
  });
});

describe('a command in the queue', () => {
  it('keeps the count of its attempts and the last reason when the service stops', async () => {
    test.onOrder(() => {
      throw new Error('not now');
    });
    const service = await test.startService({
      maxAttempts: 3,
      minBackoffMs: 3_600_000,
      maxBackoffMs: 3_600_000,
    });
    const ailing = command();
    await test.publisher.publish(ailing);
    const noted = { attempts: 1, failures: 1, reason_code: 'Error', reason: 'not now' };
    await eventually(async () =>
      expect(await stored('attempts, failures, reason_code, reason')).toEqual([noted]),
    );
    await service.close();
    expect(await stored('attempts, losses, receiver')).toEqual([{ attempts: 1, losses: 0, receiver: null }]);
    await test.startService({ maxAttempts: 3 });
    expect(await test.deadLetter()).toMatchObject({ messageId: ailing.commandId, attempts: 3 });
  });

  it('is there once, however often its sender repeats it meanwhile', async () => {
    const patient = command();
    for (const attempt of [1, 2, 3]) {
      await test.publisher.publish(patient, attempt);
    }
    expect(await stored('message_id')).toEqual([{ message_id: patient.commandId }]);
  });

  it('is buried with any reason, even one that Postgres can not store', async () => {
    test.onOrder(() => {
      throw new Error('a\0b');
    });
    await test.startService({ maxAttempts: 1 });
    await test.publisher.publish(command());
    expect(await test.deadLetter()).toMatchObject({ reason: 'a\uFFFDb' });
  });
});

describe('a queue', () => {
  it('that is full refuses commands, and takes them once there is room', async () => {
    await test.publisher.publish(command());
    await bed.pool.query("UPDATE command_queue.queues SET max_commands = 3 WHERE name = 'Order'");
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => test.publisher.publish(command())));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(results[3]).toMatchObject({ reason: expect.any(NotConfirmedError) as unknown });
    expect(test.publisher.errorCode).toBe('not_confirmed');
    await bed.drain();
    await test.publisher.publish(command());
    expect(test.publisher.errorCode).toBeUndefined();
  });

  it('that an operator deleted is declared again', async () => {
    await test.publisher.publish(command());
    await bed.pool.query('DELETE FROM command_queue.queues');
    await expect(test.publisher.publish(command())).rejects.toThrow('no queue is bound');
    await test.publisher.publish(command());
    expect(await stored('1')).toHaveLength(2);
  });

  it('is read when no notification arrives', async () => {
    await test.startService();
    const unannounced = command();
    const { routingKey, content, properties } = signedCommand('test.commands', unannounced);
    await bed.pool.query(
      `INSERT INTO command_queue.commands (queue, message_id, routing_key, content, properties)
       VALUES ('Order', $1, $2, $3, $4)`,
      [unannounced.commandId, routingKey, content, JSON.stringify(properties)],
    );
    await eventually(() => expect(test.idsHandled).toEqual([unannounced.commandId]));
  });

  it('is read by an index, in order, when it is long', async () => {
    await bed.pool.query(`
      INSERT INTO command_queue.commands (queue, message_id, routing_key, content, properties)
      SELECT (ARRAY['Order', 'Payment'])[1 + n % 2], n::text, 'Order.PayOrder', '', '{}'
        FROM generate_series(1, 20000) AS n;
      ANALYZE command_queue.commands`);
    const [take, remove] = await explain();
    expect(take).toContain('Index Scan using commands_waiting');
    expect(take).toContain('Tid Scan on commands');
    expect(remove).toMatch(/Index Scan using commands_(pkey|held)/);
    expect(`${take} ${remove}`).not.toMatch(/Seq Scan on commands|Sort/);
  });
});

/** The plans of the real statements, from the server's own log of plans. */
async function explain(): Promise<string[]> {
  await renewReceiver(bed.pool, 'me', 60_000);
  const client = await openClient(bed.adminUrl, 'explain');
  const plans: string[] = [];
  client.on('notice', ({ message }) => plans.push(String(message)));
  try {
    await client.query("LOAD 'auto_explain'");
    await client.query("SET auto_explain.log_min_duration = 0; SET client_min_messages = 'log'");
    const taken = await takeCommands(client as never, 'me', new Map([['Order', 16]]));
    await deleteCommands(
      client as never,
      'me',
      taken.map(({ queue, message_id: messageId }) => ({ queue, messageId })),
    );
  } finally {
    await client.end();
  }
  return plans;
}

describe('the rights', () => {
  it.each([
    ['sender', 'SELECT content FROM command_queue.commands', 'commands'],
    ['sender', 'DELETE FROM command_queue.commands', 'commands'],
    ['sender', 'UPDATE command_queue.commands SET receiver = NULL', 'commands'],
    ['sender', 'SELECT FROM command_queue.dead_letters', 'dead_letters'],
    ['sender', 'UPDATE command_queue.queues SET max_commands = 0', 'queues'],
    [
      'receiver',
      "INSERT INTO command_queue.commands (queue, message_id, routing_key, content, properties) VALUES ('', '', '', '', '{}')",
      'commands',
    ],
    ['receiver', "UPDATE command_queue.commands SET content = ''", 'commands'],
    ['receiver', 'DELETE FROM command_queue.dead_letters', 'dead_letters'],
  ] as const)('of the %s do not allow: %s', async (role, statement, table) => {
    const client = await openClient(role === 'sender' ? bed.senderUrl : bed.receiverUrl, 'test');
    try {
      await expect(client.query(statement)).rejects.toThrow(`permission denied for table ${table}`);
    } finally {
      await client.end();
    }
  });
});

describe('the schema command_queue', () => {
  const committed = join(__dirname, '../../../schema.txt');

  it('equals the committed schema.txt, which is written if it is missing', async () => {
    const actual = `${(await describeSchema(bed.pool, commandQueueSchema)).join('\n')}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });
});
