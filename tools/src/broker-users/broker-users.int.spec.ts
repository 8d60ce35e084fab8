import { aggregates, consumerGroups } from '@tidemark/contracts';
import { BrokerConnection, declareCommandTopology, declareEventTopology } from '@tidemark/messaging';
import { canMakeBrokerUsers, createTestVhost, type TestVhost } from '@tidemark/test-servers';
import { connect, type ConfirmChannel } from 'amqplib';
import { brokerServices, type BrokerService } from './broker-users';
import { createServiceUsers, type ServiceUsers } from './service-users.fixture';

const streamTypes = Object.keys(aggregates);
const partitions = [0, 15];

/**
 * The permissions of a service, by the part of a name after the prefix. It has no other permission on `exchanges` and
 * `queues`.
 */
const allowed: Readonly<Record<BrokerService, Readonly<Record<'publish' | 'read' | 'delete', string[]>>>> = {
  'command-service': {
    publish: ['.events', '.dead'],
    read: ['.events.projections.0', '.events.fulfilment.0', '.commands.Order', '.dead'],
    delete: [
      '.events.projections.0',
      '.events.fulfilment.0',
      '.commands.Order',
      '.events',
      '.commands',
      '.dead',
    ],
  },
  'projection-service': {
    publish: ['.dead'],
    read: ['.events.projections.0', '.dead'],
    delete: ['.events.projections.0', '.events', '.dead'],
  },
  'process-manager': {
    publish: ['.commands', '.dead'],
    read: ['.events.fulfilment.0', '.commands.Order', '.dead'],
    delete: ['.events.fulfilment.0', '.commands.Order', '.events', '.commands', '.dead'],
  },
};
const exchanges = ['.events', '.commands', '.dead', '.events.more', 'x.events'];
const queues = [
  ...['.events.projections.0', '.events.fulfilment.0', '.events.projections.x', '.events.others.0'],
  ...['.commands.Order', '.commands.Other', '.dead', 'x.dead'],
];

const describeWithUsers = canMakeBrokerUsers() ? describe : describe.skip;

describeWithUsers("a service's own user at the broker", () => {
  let vhost: TestVhost;
  let users: ServiceUsers;
  const nameOf = (part: string) =>
    part.startsWith('.') ? `${vhost.prefix}${part}` : `${part}${vhost.prefix}`;

  /** Uses the administrator's user, so that objects exist that the service may not touch. */
  const declareAll = (url: string) =>
    withBroker(url, async (broker) => {
      await declareEventTopology(broker, { prefix: vhost.prefix, groups: consumerGroups, partitions });
      await declareCommandTopology(broker, { prefix: vhost.prefix, streamTypes });
    });

  beforeAll(async () => {
    vhost = await createTestVhost();
    users = await createServiceUsers({ amqpUrl: vhost.url, amqpPrefix: vhost.prefix });
  });
  afterAll(async () => {
    await vhost.drop();
    await users.drop();
  });

  it.each<[BrokerService, readonly string[], readonly string[]]>([
    ['command-service', consumerGroups, streamTypes],
    ['projection-service', ['projections'], []],
    ['process-manager', ['fulfilment'], streamTypes],
  ])('lets %s declare all that it uses', async (service, groups, types) => {
    const { prefix } = vhost;
    await withBroker(users.urls[service], async (broker) => {
      await declareEventTopology(broker, { prefix, groups, partitions });
      if (types.length > 0) {
        await declareCommandTopology(broker, { prefix, streamTypes: types });
      }
    });
  });

  it.each(brokerServices)('lets %s do nothing else', async (service) => {
    await declareAll(vhost.url);
    const attempt = attemptsOf(users.urls[service]);
    const { publish, read, delete: configure } = allowed[service];
    const refusedOf = (parts: readonly string[], permitted: readonly string[]) =>
      parts.filter((part) => !permitted.includes(part)).map(nameOf);

    const outcomes = await attempt([
      ...exchanges.map((part) => ['publish to', nameOf(part)] as const),
      ...queues.map((part) => ['read from', nameOf(part)] as const),
      // The default exchange reaches every queue by its name. The other two exist in every virtual host.
      ...['', 'amq.topic', 'amq.direct'].map((name) => ['publish to', name] as const),
      ...refusedOf(queues, configure).map((name) => ['delete queue', name] as const),
      ...refusedOf(exchanges, configure).map((name) => ['delete exchange', name] as const),
      ...['', 'mine'].map((name) => ['declare queue', name] as const),
      ['declare exchange', 'mine'] as const,
      ...queues.map((part) => ['bind to every command', nameOf(part)] as const),
    ]);

    const expected = (verb: string, name: string): string => {
      const part = name.slice(vhost.prefix.length);
      const isAllowed =
        (verb === 'publish to' && publish.includes(part)) ||
        (verb === 'read from' && read.includes(part)) ||
        (verb === 'bind to every command' && configure.includes('.commands') && read.includes(part));
      return isAllowed ? 'allowed' : 'refused';
    };
    expect(outcomes).toEqual(outcomes.map(([verb, name]) => [verb, name, expected(verb, name)]));
  });

  it('can be replaced by another user, with which the service reconnects once the first is deleted', async () => {
    const place = { amqpUrl: vhost.url, amqpPrefix: vhost.prefix };
    const [first, second] = [await createServiceUsers(place), await createServiceUsers(place)];
    let url = first.urls['command-service'];
    let trial = (_next: string): Promise<void> => Promise.resolve();
    const broker = new BrokerConnection({
      url: { current: () => url, onChange: () => () => undefined, tryFirst: (given) => (trial = given) },
      minBackoffMs: 10,
      maxBackoffMs: 50,
    });
    try {
      const channel = await broker.openChannel('plain');
      const closed = new Promise((resolve) => channel.once('close', resolve));
      await expect(trial(url.replace(/:[^:@]+@/, ':wrong@'))).rejects.toThrow();
      await trial(second.urls['command-service']);

      url = second.urls['command-service'];
      await first.drop();

      await closed;
      const next = await broker.openChannel('plain');
      await next.assertExchange(`${vhost.prefix}.events`, 'topic', { durable: true });
    } finally {
      await broker.close();
      await second.drop();
    }
  });

  it.each(brokerServices)('does not let %s into another virtual host', async (service) => {
    const elsewhere = Object.assign(new URL(users.urls[service]), { pathname: '/' }).href;

    await expect(connect(elsewhere)).rejects.toThrow(/ConnectionClose/);
  });

  type Attempt = readonly [verb: Verb, name: string];
  type Verb = keyof ReturnType<typeof verbs>;

  function verbs() {
    return {
      'publish to': async (channel: ConfirmChannel, name: string) => {
        channel.publish(name, 'Order.PayOrder', Buffer.from('forged'));
        await channel.waitForConfirms();
      },
      'read from': (channel: ConfirmChannel, name: string) => channel.get(name),
      'delete queue': (channel: ConfirmChannel, name: string) => channel.deleteQueue(name),
      'delete exchange': (channel: ConfirmChannel, name: string) => channel.deleteExchange(name),
      'declare queue': (channel: ConfirmChannel, name: string) => channel.assertQueue(name),
      'declare exchange': (channel: ConfirmChannel, name: string) => channel.assertExchange(name, 'topic'),
      'bind to every command': (channel: ConfirmChannel, name: string) =>
        channel.bindQueue(name, nameOf('.commands'), '#'),
    };
  }

  function attemptsOf(url: string) {
    return async (attempts: readonly Attempt[]) => {
      const connection = await connect(url);
      const outcomes: [Verb, string, string][] = [];
      for (const [verb, name] of attempts) {
        const channel = await connection.createConfirmChannel();
        const closed = new Promise<string>((resolve) =>
          channel.on('error', ({ code }: { code: number }) =>
            resolve(code === 403 ? 'refused' : String(code)),
          ),
        );
        const done = verbs()
          [verb](channel, name)
          .then(
            () => 'allowed',
            () => closed,
          );
        outcomes.push([verb, name, await done]);
        await channel.close().catch(() => undefined);
      }
      await connection.close();
      return outcomes;
    };
  }
});

async function withBroker<Result>(url: string, work: (broker: BrokerConnection) => Promise<Result>) {
  const broker = new BrokerConnection({ url, minBackoffMs: 10 });
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}
