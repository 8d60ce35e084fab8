import { renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import pg from 'pg';
import { crashPlanVariable, type CrashPoint } from './crash-plan.fixture';

/**
 * A module that `node --require` loads into a service before the service's own code. It wraps the drivers of Postgres
 * and RabbitMQ, and ends the process with SIGKILL at the planned points. Production code does not know of it.
 */
const plan = process.env[crashPlanVariable]!;

function reach(point: CrashPoint): void {
  try {
    renameSync(join(plan, 'planned', point), join(plan, 'reached', point));
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal may reach another thread first, so this thread blocks.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

type Work =
  | 'the commit of a batch'
  | 'the commit of a timer'
  | 'a charge'
  | 'a refund'
  | 'an append'
  | 'commands are claimed'
  | 'a command is published'
  | 'commands are taken'
  | 'a command is acknowledged';
type Statement = string | { readonly text?: string; readonly name?: string };
type Callback = (...results: unknown[]) => void;

/** The work that the open transaction of each connection does. */
const inHand = new WeakMap<object, Work>();

/** Statements that are pieces of work by themselves, by their names. */
const workByName: Readonly<Record<string, Work>> = {
  'tidemark-process-claim-commands': 'commands are claimed',
  'tidemark-command-queue-insert': 'a command is published',
  'tidemark-command-queue-take': 'commands are taken',
  'tidemark-command-queue-delete': 'a command is acknowledged',
};

function workOf(connection: object, statement: Statement): Work | undefined {
  const { text = '', name = '' } = typeof statement === 'string' ? { text: statement } : statement;
  if (/^begin/i.test(text)) {
    inHand.delete(connection);
  } else if (name === 'tidemark-process-lock-due') {
    inHand.set(connection, 'the commit of a timer');
  } else if (name === 'tidemark-process-lock-instances') {
    inHand.set(connection, 'the commit of a batch');
  } else if (name in workByName) {
    return workByName[name];
  } else if (text.includes('INSERT INTO payment_provider.charges')) {
    return 'a charge';
  } else if (text.includes('INSERT INTO payment_provider.refunds')) {
    inHand.set(connection, 'a refund');
  } else if (name.startsWith('append-')) {
    return 'an append';
  } else if (/^commit/i.test(text)) {
    return inHand.get(connection);
  }
  return undefined;
}

const { query } = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };

Object.assign(pg.Client.prototype, {
  query(this: object, ...args: unknown[]): unknown {
    const work = workOf(this, args[0] as Statement);
    if (!work) {
      return query.apply(this, args);
    }
    reach(`before ${work}`);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const then: Callback = (...results) => {
        reach(`after ${work}`);
        (callback as Callback)(...results);
      };
      return query.apply(this, [...args.slice(0, -1), then]);
    }
    return (query.apply(this, args) as Promise<unknown>).then((result) => {
      reach(`after ${work}`);
      return result;
    });
  },
});

interface BrokerChannel {
  publish(...args: unknown[]): unknown;
  ack(...args: unknown[]): unknown;
}

type OpenChannel = (this: object, ...args: unknown[]) => Promise<BrokerChannel>;

// Every connection of the driver opens its channels here.
const { ChannelModel } = createRequire(createRequire(__filename).resolve('amqplib'))(
  './lib/channel_model.js',
) as { ChannelModel: { prototype: Record<'createChannel' | 'createConfirmChannel', OpenChannel> } };
const { createChannel, createConfirmChannel } = ChannelModel.prototype;

Object.assign(ChannelModel.prototype, {
  async createChannel(this: object, ...args: unknown[]) {
    return tap(await createChannel.apply(this, args));
  },
  async createConfirmChannel(this: object, ...args: unknown[]) {
    return tap(await createConfirmChannel.apply(this, args));
  },
});

function tap(channel: BrokerChannel): BrokerChannel {
  const { publish, ack } = channel;
  channel.publish = (exchange, routingKey, content, options, confirm) => {
    const what = String(exchange).endsWith('.commands') ? 'a command' : 'an event';
    reach(`before ${what} is published` as CrashPoint);
    const result = publish.call(channel, exchange, routingKey, content, options, (error: unknown) => {
      reach(`after ${what} is confirmed` as CrashPoint);
      (confirm as Callback | undefined)?.(error);
    });
    reach(`after ${what} is published` as CrashPoint);
    return result;
  };
  channel.ack = (message, ...rest) => {
    const { exchange } = (message as { fields: { exchange: string } }).fields;
    const what = exchange.endsWith('.commands') ? 'a command' : 'an event';
    reach(`before ${what} is acknowledged`);
    const result = ack.call(channel, message, ...rest);
    reach(`after ${what} is acknowledged`);
    return result;
  };
  return channel;
}
