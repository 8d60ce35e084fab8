import type { CommandEnvelope, MessageRefusal } from '@tidemark/messaging';
import { commandIdOf, Metrics } from '@tidemark/platform';
import { eventually, testServer } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { processesOf } from '../testing/processes.fixture';
import { price, shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let shop: ReturnType<typeof shopOf>;
let processes: ReturnType<typeof processesOf>;
let customerId: string;
let productId: string;

const signature = { 'signing-key': 'process.order-fulfilment', signature: 'A'.repeat(43) };

type Asked = Pick<CommandEnvelope, 'streamType' | 'type' | 'data'> & Partial<CommandEnvelope>;

/** Sends a command without a signature and one with a forged signature. Resolves when the service has refused both. */
async function forge(asked: Asked): Promise<void> {
  const before = await counted();
  const actor = 'process:order-fulfilment';
  const command = { commandId: randomUUID(), correlationId: randomUUID(), actor, ...asked };
  await service.forge(command, {});
  await service.forge(command, signature);
  await eventually(async () =>
    expect(await counted()).toEqual({
      ...before,
      unsigned: before.unsigned + 1,
      unknown_key: before.unknown_key + 1,
    }),
  );
}

const typesOf = async (streamId: string) => (await service.events(streamId)).map(({ type }) => type);

async function counted(): Promise<Record<MessageRefusal, number>> {
  const text = await service.apps[0]!.get(Metrics).text();
  const lines = text.matchAll(
    /^tidemark_messages_refused_total\{kind="command",reason="(\w+)",.*\} (\d+)$/gm,
  );
  const counts = [...lines].map(([, reason, count]) => [reason, Number(count)]);
  return Object.fromEntries(counts) as Record<MessageRefusal, number>;
}

describe.each(['rabbitmq', 'postgres'])('a forged command by %s', (COMMANDS) => {
  beforeAll(async () => {
    if (COMMANDS === 'rabbitmq') {
      testServer('rabbitmq');
    }
    service = await startCommandService({ COMMANDS });
    shop = shopOf(service);
    processes = processesOf(service);
    [customerId, productId] = await Promise.all([shop.customer(), shop.product()]);
  });
  afterAll(() => service.stop());

  it('does not pay an order', async () => {
    const orderId = await shop.order(customerId, productId);
    const paymentId = randomUUID();
    await forge({
      streamType: 'Order',
      type: 'PayOrder',
      data: { orderId, paymentId, amount: price(2_598) },
    });
    expect(await typesOf(`Order-${orderId}`)).toEqual(['OrderCreated']);
  });

  it('does not refund a payment', async () => {
    const orderId = await shop.order(customerId, productId);
    const { paymentId } = await processes.payFor(orderId);
    const data = { orderId, paymentId, reason: 'insufficient_stock', amount: price(2_598) };
    await forge({ streamType: 'Payment', type: 'RefundPayment', data });
    expect(await typesOf(`Payment-${orderId}`)).toEqual(['PaymentRequested', 'PaymentCaptured']);
  });

  it("does not use up a customer's idempotency key", async () => {
    const orderId = await shop.order(customerId, productId);
    const key = randomUUID();
    await forge({
      commandId: commandIdOf(`local-customer-${customerId}`, key),
      streamType: 'Order',
      type: 'CancelOrder',
      data: { orderId, reason: 'payment_expired' },
    });
    const body = shop.orderBody(customerId, productId);
    const answer = await service.request('POST', '/v1/orders', {
      role: 'customer',
      customer: customerId,
      key,
      body,
    });
    expect(answer).toMatchObject({ status: 201 });
    expect(await typesOf(`Order-${orderId}`)).toEqual(['OrderCreated']);
  });

  it('is counted by its reason, and leaves no dead letter', async () => {
    expect(await counted()).toEqual({
      unsigned: 3,
      unknown_key: 3,
      expired_key: 0,
      wrong_signature: 0,
      wrong_sender: 0,
    });
    expect(await service.takeDeadLetter()).toBeUndefined();
  });
});
