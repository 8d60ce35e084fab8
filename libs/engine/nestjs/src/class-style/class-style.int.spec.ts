import { Injectable, Module } from '@nestjs/common';
import { defineEvent } from '@tidemark/kernel';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { z } from 'zod';
import { closeApps, createApp, createAppOf, startApp } from '../app.fixture';
import type { RepositoryOf } from '../aggregates/aggregate-repository';
import { writeResultOf } from '../aggregates/write-result';
import type { ReaderOf } from '../read-models/read-model-reader';
import { migrateTidemark } from '../log/migrations';
import { Tidemark } from '../tidemark';
import { TidemarkModule } from '../tidemark.module';
import { aggregateToken, InjectAggregate, readModelToken } from '../tokens';
import {
  CommandGateway,
  CommandHandler,
  commandsOf,
  eventClass,
  EventSourced,
  EventSourcingHandler,
} from './index';
import {
  ConfirmOrderCommand,
  CreateOrderCommand,
  OrderAggregate,
  OrderProjection,
  ShipOrderCommand,
} from './order-classes.fixture';
import { orderSummaries } from './order-events.fixture';
import { confirm, create, order, orderProjection, ship } from './order-functions.fixture';

const actor = { actor: 'ada' };
const classes = { aggregates: [OrderAggregate], projections: [OrderProjection] };
const functions = { aggregates: [order], projections: [orderProjection] };

let database: TestDatabase;
let databaseUrl: string;

beforeAll(async () => {
  database = await createTestDatabase();
  databaseUrl = database.url;
  await migrateTidemark({ databaseUrl, partitions: 4 });
});

afterEach(closeApps);
afterAll(() => database?.drop());

@Module({ imports: [TidemarkModule.forFeature(classes)], providers: [CommandGateway] })
class OrdersModule {}

interface Outcome {
  readonly outcomes: readonly unknown[];
  readonly stream: readonly unknown[];
  readonly document: unknown;
  readonly state: unknown;
}

const readerIn = (app: Awaited<ReturnType<typeof startApp>>) =>
  app.get<ReaderOf<typeof orderSummaries>>(readModelToken(orderSummaries), { strict: false });

/** The outcome of each command: the version after it, or the code of its refusal. */
async function outcomeOf(work: Promise<{ readonly version: number; readonly consistencyToken: string }>) {
  return work.then(
    ({ version, consistencyToken }) => ({ version, consistencyToken }),
    (error: { readonly code: string; readonly refusal: unknown }) => ({
      code: error.code,
      refusal: error.refusal,
    }),
  );
}

/** Everything that is to be the same in both styles. Ids and times differ between any two runs. */
async function recorded(
  app: Awaited<ReturnType<typeof startApp>>,
  id: string,
  outcomes: readonly Awaited<ReturnType<typeof outcomeOf>>[],
  state: unknown,
): Promise<Outcome> {
  const stream: unknown[] = [];
  for await (const event of app.get(Tidemark).eventStore.readStream(`Order-${id}`, {})) {
    const { type, schemaVersion, data, version, streamType, metadata } = event;
    stream.push({ type, schemaVersion, data, version, streamType, metadata });
  }
  const token = outcomes.flatMap((one) => ('consistencyToken' in one ? [one.consistencyToken] : [])).at(-1);
  const found = await readerIn(app).get(id, { token });
  return {
    outcomes: outcomes.map((one) => ('version' in one ? one.version : one)),
    stream,
    document: { ...found, position: 0, partition: 0, since: typeof found!.since },
    state,
  };
}

async function byClasses(id: string, productId: string): Promise<Outcome> {
  const app = await createAppOf([TidemarkModule.forRoot({ databaseUrl }), OrdersModule]);
  await app.init();
  const gateway = app.get(CommandGateway, { strict: false });
  const commands = [
    new ConfirmOrderCommand({ orderId: id }),
    new CreateOrderCommand({ orderId: id, productId }),
    new CreateOrderCommand({ orderId: id, productId }),
    new ShipOrderCommand({ orderId: id }),
    new ConfirmOrderCommand({ orderId: id }),
    new ConfirmOrderCommand({ orderId: id }),
    new ShipOrderCommand({ orderId: id }),
  ];
  const outcomes: Awaited<ReturnType<typeof outcomeOf>>[] = [];
  for (const command of commands) {
    outcomes.push(await outcomeOf(gateway.send(command, actor)));
  }
  const repository = app.get<RepositoryOf<typeof OrderAggregate>>(aggregateToken(OrderAggregate), {
    strict: false,
  });
  return recorded(app, id, outcomes, (await repository.load(id)).state);
}

async function byFunctions(id: string, productId: string): Promise<Outcome> {
  const app = await startApp({ databaseUrl }, functions);
  const orders = app.get<RepositoryOf<typeof order>>(aggregateToken(order), { strict: false });
  const decisions = [
    confirm(id),
    create(id, productId),
    create(id, productId),
    ship(id),
    confirm(id),
    confirm(id),
    ship(id),
  ];
  const outcomes: Awaited<ReturnType<typeof outcomeOf>>[] = [];
  for (const decide of decisions) {
    outcomes.push(await outcomeOf(orders.execute(id, actor, decide).then(writeResultOf)));
  }
  return recorded(app, id, outcomes, (await orders.load(id)).state);
}

describe('one log in both styles', () => {
  it('gets the same streams, and read models of the same bytes', async () => {
    const ofClasses = await byClasses('O1', 'P1');
    await closeApps();
    const ofFunctions = await byFunctions('O2', 'P1');
    const text = ({ state: _state, ...outcome }: Outcome) => JSON.stringify(outcome, undefined, 1);
    expect(text(ofClasses)).toBe(text(ofFunctions).replaceAll('O2', 'O1'));
    expect([ofClasses.state, ofFunctions.state]).toEqual([
      { orderId: 'O1', isConfirmed: true },
      { orderId: 'O2', isConfirmed: true },
    ]);
    expect(ofClasses.outcomes).toEqual([
      { code: 'command_refused', refusal: { code: 'not_found', message: 'there is no such Order' } },
      1,
      { code: 'command_refused', refusal: { code: 'already_exists', message: 'this Order exists already' } },
      { code: 'command_refused', refusal: expect.objectContaining({ code: 'unconfirmed_order' }) as unknown },
      2,
      2,
      3,
    ]);
  });

  it('continues in one style what the other began', async () => {
    const app = await startApp({ databaseUrl }, functions);
    const orders = app.get<RepositoryOf<typeof order>>(aggregateToken(order), { strict: false });
    await orders.execute('O3', actor, create('O3', 'P3'));
    await orders.execute('O3', actor, confirm('O3'));
    await closeApps();

    const other = await createAppOf([TidemarkModule.forRoot({ databaseUrl }), OrdersModule]);
    await other.init();
    const gateway = other.get(CommandGateway, { strict: false });
    const { version, consistencyToken: token } = await gateway.send(
      new ShipOrderCommand({ orderId: 'O3' }),
      actor,
    );
    expect(version).toBe(3);
    expect(await readerIn(other).get('O3', { token })).toMatchObject({ productId: 'P3', status: 'SHIPPED' });
  });

  it('gives a repeated command its first result', async () => {
    const app = await createAppOf([TidemarkModule.forRoot({ databaseUrl }), OrdersModule]);
    await app.init();
    const gateway = app.get(CommandGateway, { strict: false });
    const from = { ...actor, idempotencyKey: 'k1' };
    const first = await gateway.send(new CreateOrderCommand({ orderId: 'O4', productId: 'P4' }), from);
    expect(await gateway.send(new CreateOrderCommand({ orderId: 'O4', productId: 'P4' }), from)).toEqual(
      first,
    );
    const other = new CreateOrderCommand({ orderId: 'O4', productId: 'P5' });
    await expect(gateway.send(other, from)).rejects.toMatchObject({ code: 'command_id_reused' });
  });

  it('injects the repository of a class, and lets processes send its commands', async () => {
    @Injectable()
    class Orders {
      constructor(
        @InjectAggregate(OrderAggregate) readonly repository: RepositoryOf<typeof OrderAggregate>,
      ) {}
    }

    @Module({
      imports: [TidemarkModule.forFeature({ ...classes, commands: commandsOf(OrderAggregate) })],
      providers: [Orders],
    })
    class OtherModule {}

    const app = await createAppOf([TidemarkModule.forRoot({ databaseUrl }), OtherModule]);
    await app.init();
    expect(await app.get(Orders, { strict: false }).repository.load('nobody')).toMatchObject({ version: 0 });
    const [createOrder] = commandsOf(OrderAggregate);
    expect(createOrder!.ask({ orderId: 'O9', productId: 'P9' })).toEqual({
      step: 'CreateOrder',
      streamType: 'Order',
      type: 'CreateOrder',
      data: { orderId: 'O9', productId: 'P9' },
    });
  });
});

describe('a start is refused', () => {
  const refusal = async (features: Parameters<typeof createApp>[1]) => {
    const app = await createApp({ databaseUrl }, features);
    return app.init().then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  it('if a projection handles an event that no contract names', async () => {
    const error = await refusal({ projections: [OrderProjection] });
    expect(error).toMatchObject({ code: 'event_not_published', eventName: 'OrderCreated' });
  });

  it('if two aggregates have one stream type', async () => {
    class OtherEvent extends eventClass(
      defineEvent('OtherConfirmed', z.strictObject({ orderId: z.string() })),
    ) {}

    @EventSourced('Order', { identifier: 'orderId', events: [OtherEvent] })
    class Impostor {
      @EventSourcingHandler(OtherEvent)
      on(_event: OtherEvent) {}
    }
    const error = await refusal({ aggregates: [OrderAggregate, Impostor] });
    expect(error).toMatchObject({ code: 'stream_type_taken', streamType: 'Order' });
  });

  it('if two aggregates handle one command', async () => {
    class OtherEvent extends eventClass(
      defineEvent('OtherConfirmed', z.strictObject({ orderId: z.string() })),
    ) {}

    @EventSourced('Other', { identifier: 'orderId', events: [OtherEvent] })
    class Other {
      @EventSourcingHandler(OtherEvent)
      on(_event: OtherEvent) {}

      @CommandHandler(ConfirmOrderCommand)
      confirm(_command: ConfirmOrderCommand) {}
    }

    @Module({
      imports: [TidemarkModule.forFeature({ aggregates: [OrderAggregate, Other] })],
      providers: [CommandGateway],
    })
    class BothModule {}
    const app = await createAppOf([TidemarkModule.forRoot({ databaseUrl }), BothModule]);
    await expect(app.init()).rejects.toMatchObject({ code: 'command_taken', pattern: 'ConfirmOrder' });
  });
});
