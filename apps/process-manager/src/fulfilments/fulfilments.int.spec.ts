import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCursor } from '@tidemark/platform';
import { eventually } from '@tidemark/test-servers';
import { startProcessManager, type TestProcessManager } from '../testing/process-manager.fixture';

const amount = { amount: 200, currency: 'GBP' };
const address = { name: 'Ada', line1: 'Main Street 1', city: 'London', postalCode: 'N1', country: 'GB' };

describe('fulfilments', () => {
  let service: TestProcessManager;

  beforeAll(async () => {
    service = await startProcessManager();
  });
  afterAll(() => service.stop());

  const stock = async (productId: string, quantity: number) => {
    const data = { productId, quantity, onHand: quantity, reserved: 0 };
    await service.append('StockItem', productId, { type: 'StockReceived', data });
  };

  /** A placed order with a requested payment; returns its id. */
  const order = async (
    productIds: readonly string[],
    token = 'tok_ok',
    expiresAt = '2999-01-01T00:00:00.000Z',
  ): Promise<string> => {
    const [orderId, paymentId] = [randomUUID(), randomUUID()];
    const lines = productIds.map((productId) => ({
      productId,
      productName: productId,
      quantity: 1,
      unitPrice: { amount: amount.amount / productIds.length, currency: 'GBP' },
      totalPrice: { amount: amount.amount / productIds.length, currency: 'GBP' },
    }));
    await service.append('Order', orderId, {
      type: 'OrderCreated',
      data: {
        orderId,
        customerId: 'C1',
        orderNumber: 'TM-00000-00000',
        customer: { id: 'C1', name: 'Ada', email: 'ada@example.com' },
        lines,
        total: amount,
        shippingAddress: address,
        billingAddress: address,
      },
    });
    await service.append('Payment', orderId, {
      type: 'PaymentRequested',
      data: {
        paymentId,
        orderId,
        customerId: 'C1',
        amount,
        method: { type: 'card', token },
        expiresAt,
      },
    });
    return orderId;
  };

  const shipmentEvent = (orderId: string, type: 'ShipmentDispatched' | 'ShipmentDelivered') => {
    const data = {
      shipmentId: orderId,
      orderId,
      customerId: 'C1',
      ...(type === 'ShipmentDispatched' && { parcels: [{ carrier: 'DHL', trackingNumber: '1' }] }),
    };
    return service.append('Shipment', orderId, { type, data });
  };

  /** Answers commands until the fulfilment is as expected. */
  const until = (orderId: string, expected: object, except: readonly string[] = []) =>
    eventually(async () => {
      await service.answerCommands({ except });
      const { body } = await service.send('GET', `/v1/fulfilments/${orderId}`);
      expect(body).toMatchObject(expected);
      return body;
    });

  it('carries an order from its payment to its delivery, and shows each step in its history', async () => {
    await Promise.all([stock('A1', 5), stock('A2', 5)]);
    const orderId = await order(['A1', 'A2']);
    const waiting = await until(orderId, { step: 'awaiting_dispatch' });
    expect(waiting).toMatchObject({
      orderId,
      state: 'RUNNING',
      waitingFor: [{ what: 'ShipmentDispatched', deadline: expect.any(String) }],
      reservations: [
        { productId: 'A1', quantity: 1, status: 'RESERVED' },
        { productId: 'A2', quantity: 1, status: 'RESERVED' },
      ],
      compensations: [
        { step: 'cancelling_order', status: 'ARMED' },
        { step: expect.stringMatching(/^refunding_payment:/), status: 'ARMED' },
        { step: 'releasing_stock:A1', status: 'ARMED' },
        { step: 'releasing_stock:A2', status: 'ARMED' },
        { step: 'cancelling_shipment', status: 'ARMED' },
      ],
    });
    await shipmentEvent(orderId, 'ShipmentDispatched');
    await until(orderId, { step: 'awaiting_delivery', waitingFor: [{ what: 'ShipmentDelivered' }] });
    await shipmentEvent(orderId, 'ShipmentDelivered');
    const done = await until(orderId, { state: 'FULFILLED', step: 'fulfilled', waitingFor: [] });

    expect(done.history[0]).toEqual({
      at: expect.any(String),
      event: 'PaymentRequested',
      action: 'capture the payment',
    });
    expect(done.history.at(-1)).toMatchObject({ event: 'OrderDelivered', action: 'fulfilled' });
    expect(JSON.stringify(done)).not.toContain('null');
  });

  it('releases, refunds and cancels an order short of stock', async () => {
    await Promise.all([stock('B1', 5), stock('B2', 0 + 1)]);
    const [first, second] = [await order(['B1', 'B2']), await order(['B1', 'B2'])];
    const both = await eventually(async () => {
      await service.answerCommands();
      const answers = await Promise.all(
        [first, second].map((id) => service.send('GET', `/v1/fulfilments/${id}`)),
      );
      const states = answers.map(({ body }) => body);
      expect(states.map(({ state }) => state).sort()).toEqual(['COMPENSATED', 'RUNNING']);
      return states;
    });
    const compensated = both.find(({ state }) => state === 'COMPENSATED');
    expect(compensated).toMatchObject({ step: 'compensated', lastError: 'insufficient_stock: B2' });
    const events = [];
    for await (const { type } of service.store.readStream(`Order-${compensated.orderId}`)) {
      events.push(type);
    }
    expect(events).toEqual(['OrderCreated', 'OrderPaid', 'OrderCancelled']);
  });

  it('leaves nothing to undo when the card is declined', async () => {
    const orderId = await order(['A1'], 'tok_declined');
    await until(orderId, { state: 'COMPENSATED', lastError: 'payment_failed: card_declined' });
  });

  it('counts a payment that misses its deadline', async () => {
    const orderId = await order(['A1'], 'tok_ok', '2010-12-01T08:15:00.000Z');
    await eventually(async () => {
      const { body } = await service.send('GET', '/metrics', { role: null });
      expect(body).toMatch(
        /tidemark_process_deadlines_missed_total\{deadline="payment",service="process-manager"\} 1$/m,
      );
    });
    await until(orderId, { state: 'COMPENSATED', step: 'compensated' });
  });

  it('shows a customer only its own fulfilments, and answers 401 without a token', async () => {
    const orderId = await order(['A1'], 'tok_declined');
    await until(orderId, { state: 'COMPENSATED' });
    const get = (role: 'customer' | null, customer?: string) =>
      service.send('GET', `/v1/fulfilments/${orderId}`, {
        role,
        ...(customer !== undefined && { customer }),
      });

    expect(await get('customer', 'C1')).toMatchObject({ status: 200, body: { orderId } });
    expect(await get('customer', 'C2')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await get(null)).toMatchObject({ status: 401 });
    const unknown = await service.send('GET', `/v1/fulfilments/${randomUUID()}`);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await service.send('GET', '/v1/fulfilments/x')).toMatchObject({ status: 400 });
    const list = await service.send('GET', '/v1/fulfilments', { role: 'customer', customer: 'C1' });
    expect(list).toMatchObject({ status: 403 });
    expect(await service.send('GET', '/admin/fulfilments?state=parked')).toMatchObject({ status: 403 });
  });

  describe('that an operator has undone by force', () => {
    const force = (orderId: string, role: 'admin' | 'operator' | null = 'admin', body: object = { reason }) =>
      service.send('POST', `/admin/fulfilments/${orderId}/force-compensate`, { role, body });
    const reason = 'recalled by the manufacturer';

    it('gives back money and goods, and records the operator and the reason', async () => {
      await stock('F1', 5);
      const orderId = await order(['F1']);
      await until(orderId, { step: 'awaiting_dispatch' });
      const forced = await force(orderId);
      expect(forced).toMatchObject({
        status: 200,
        body: { state: 'COMPENSATING', step: 'cancelling_shipment' },
      });
      const done = await until(orderId, { state: 'COMPENSATED', reservations: [{ status: 'RELEASED' }] });
      expect(done.history).toContainEqual({
        at: expect.any(String),
        event: 'force_compensate',
        action: 'forced: cancelling shipment',
        actor: 'local-admin',
        reason,
      });
      const types = [];
      for await (const { type } of service.store.readStream(`Order-${orderId}`)) {
        types.push(type);
      }
      expect(types).toEqual(['OrderCreated', 'OrderPaid', 'OrderCancelled']);
      expect(await force(orderId)).toMatchObject({
        status: 409,
        body: { code: 'fulfilment_not_compensatable' },
      });
    });

    it('requires an administrator, a reason and an existing fulfilment, and is refused once the goods have left', async () => {
      await stock('F2', 5);
      const orderId = await order(['F2']);
      await until(orderId, { step: 'awaiting_dispatch' });
      expect(await force(orderId, null)).toMatchObject({ status: 401 });
      expect(await force(orderId, 'operator')).toMatchObject({ status: 403 });
      expect(await force(orderId, 'admin', {})).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
      expect(await force(orderId, 'admin', { reason: ' ' })).toMatchObject({ status: 400 });
      expect(await force(orderId, 'admin', { reason, force: true })).toMatchObject({ status: 400 });
      expect(await force('x')).toMatchObject({ status: 400 });
      expect(await force(randomUUID())).toMatchObject({ status: 404, body: { code: 'not_found' } });
      await shipmentEvent(orderId, 'ShipmentDispatched');
      await until(orderId, { step: 'awaiting_delivery' });
      expect(await force(orderId)).toMatchObject({
        status: 409,
        body: { code: 'fulfilment_not_compensatable' },
      });
    });
  });

  it('lists fulfilments, newest first, in pages without duplicates or gaps', async () => {
    const ids = [await order(['A1'], 'tok_declined'), await order(['A1'], 'tok_declined')];
    await Promise.all(ids.map((id) => until(id, { state: 'COMPENSATED' })));
    const seen: string[] = [];
    let cursor = '';
    do {
      const { status, body } = await service.send(
        'GET',
        `/v1/fulfilments?state=COMPENSATED&limit=1${cursor}`,
      );
      expect(status).toBe(200);
      seen.push(...body.items.map((item: { orderId: string }) => item.orderId));
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor as string}`;
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 2).sort()).toEqual([...ids].sort());

    const first = await service.send('GET', '/v1/fulfilments?state=COMPENSATED&limit=1');
    const other = await service.send('GET', `/v1/fulfilments?state=RUNNING&cursor=${first.body.nextCursor}`);
    expect(other).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    for (const query of ['state=LOST', 'limit=0', 'limit=101', 'cursor=abc', 'cursor=e30']) {
      expect(await service.send('GET', `/v1/fulfilments?${query}`)).toMatchObject({ status: 400 });
    }
    for (const forged of [
      [1.5, ids[0]!],
      [1e18, ids[0]!],
      [-1, ids[0]!],
      [1, '-'.repeat(36)],
    ]) {
      const cursor = encodeCursor({ list: 'fulfilments' }, forged);
      expect(await service.send('GET', `/v1/fulfilments?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { errors: [{ code: 'invalid_cursor' }] },
      });
    }
    const unknown = await service.send('GET', '/v1/fulfilments?step=x');
    expect(unknown).toMatchObject({ status: 400, body: { code: 'unknown_field' } });
  });

  it('equals the committed openapi.json, which is written if it is missing', async () => {
    // `npm run -s client:types` makes the types of the client from it.
    const committed = join(__dirname, '../../openapi.json');
    const { body } = await service.send('GET', '/openapi.json', { role: null });
    const actual = `${JSON.stringify(body, undefined, 2)}\n`;
    if (!existsSync(committed)) {
      writeFileSync(committed, actual);
      throw new Error(`wrote ${committed}; look at it, and commit it`);
    }
    expect(actual).toBe(readFileSync(committed, 'utf8'));
  });

  it('are in the OpenAPI document with their refusals', async () => {
    const { body } = await service.send('GET', '/openapi.json', { role: null, port: 'admin' });
    const operation = (act: string) => body.paths[`/admin/fulfilments/{orderId}/${act}`].post;
    for (const act of ['retry', 'skip', 'force-compensate']) {
      expect(Object.keys(operation(act).responses)).toEqual(
        expect.arrayContaining(['200', '400', '401', '403', '404', '409']),
      );
    }
    for (const act of ['skip', 'force-compensate']) {
      expect(operation(act).requestBody).toMatchObject({ required: true });
    }
    expect(body.components.schemas.ReasonDto).toMatchObject({
      required: ['reason'],
      properties: { reason: { type: 'string', maxLength: 500 } },
    });
  });

  it('is ready, and exports its metrics', async () => {
    await eventually(async () => {
      expect(await service.send('GET', '/health/ready', { role: null })).toMatchObject({ status: 200 });
    });
    const { body } = await service.send('GET', '/metrics', { role: null });
    expect(body).toMatch(/tidemark_process_instances\{status="RUNNING",service="process-manager"\} [1-9]/);
    expect(body).toMatch(
      /tidemark_process_oldest_instance_seconds\{status="RUNNING",service="process-manager"\} \d*\.?\d*[1-9]/,
    );
    expect(body).toMatch(
      /tidemark_process_ended_total\{status="COMPENSATED",service="process-manager"\} [1-9]/,
    );
    expect(body).toMatch(/tidemark_process_commands_outstanding\{service="process-manager"\} \d/);
    expect(body).toMatch(/tidemark_process_oldest_command_seconds\{service="process-manager"\} \d/);
    expect(body).toMatch(/tidemark_process_timers_due\{service="process-manager"\} \d/);
  });
});

describe('a fulfilment that gets no answer', () => {
  let service: TestProcessManager;

  beforeAll(async () => {
    service = await startProcessManager({
      COMMAND_FIRST_RESEND_MS: '50',
      COMMAND_MAX_RESEND_MS: '100',
      COMMAND_PARK_AFTER_MS: '400',
    });
  });
  afterAll(() => service.stop());

  it('gets stuck, is listed as stuck, and continues after a retry, which its history shows', async () => {
    const orderId = randomUUID();
    const paymentId = randomUUID();
    const method = { type: 'card', token: 'tok_declined' };
    const data = {
      paymentId,
      orderId,
      customerId: 'C1',
      amount,
      method,
      expiresAt: '2999-01-01T00:00:00.000Z',
    };
    await service.append('Payment', orderId, { type: 'PaymentRequested', data });

    await eventually(async () => {
      const { body } = await service.send('GET', '/admin/fulfilments?state=parked', { role: 'admin' });
      expect(body.items).toMatchObject([
        { orderId, state: 'PARKED', lastError: `no answer to capture_payment:${paymentId}` },
      ]);
    });
    const missed = await service.send('GET', '/metrics', { role: null });
    expect(missed.body).toMatch(
      /tidemark_process_deadlines_missed_total\{deadline="answer",service="process-manager"\} 1$/m,
    );
    const forbidden = await service.send('POST', `/admin/fulfilments/${orderId}/retry`);
    expect(forbidden).toMatchObject({ status: 403 });
    const unknown = await service.send('POST', `/admin/fulfilments/${randomUUID()}/retry`, { role: 'admin' });
    expect(unknown).toMatchObject({ status: 404 });

    const retried = await service.send('POST', `/admin/fulfilments/${orderId}/retry`, { role: 'admin' });
    expect(retried).toMatchObject({ status: 200, body: { state: 'RUNNING', step: 'capturing_payment' } });
    expect(retried.body.history.at(-1)).toMatchObject({ event: 'retry', actor: 'local-admin' });
    const own = { role: 'customer', customer: 'C1' } as const;
    const shown = await service.send('GET', `/v1/fulfilments/${orderId}`, own);
    expect(shown.body.history).toContainEqual(expect.objectContaining({ event: 'retry', actor: 'staff' }));
    await eventually(async () => {
      await service.answerCommands();
      const { body } = await service.send('GET', `/v1/fulfilments/${orderId}`);
      expect(body.state).toBe('COMPENSATED');
    });
    const again = await service.send('POST', `/admin/fulfilments/${orderId}/retry`, { role: 'admin' });
    expect(again).toMatchObject({ status: 409, body: { code: 'fulfilment_not_parked' } });
  });

  describe('and whose step an operator skips', () => {
    const reason = 'cancelled by telephone';
    const skip = (orderId: string, role: 'admin' | 'operator' | null = 'admin', body: object = { reason }) =>
      service.send('POST', `/admin/fulfilments/${orderId}/skip`, { role, body });

    /** An order without enough stock, whose fulfilment is parked because this command gets no answer. */
    const stuckAt = async (command: 'RefundPayment' | 'CancelOrder', step: string): Promise<string> => {
      const orderId = randomUUID();
      const paymentId = randomUUID();
      const method = { type: 'card', token: 'tok_ok' };
      const expiresAt = '2999-01-01T00:00:00.000Z';
      const payment = { paymentId, orderId, customerId: 'C1', amount };
      const lines = [
        { productId: 'S1', productName: 'S1', quantity: 1, unitPrice: amount, totalPrice: amount },
      ];
      await service.append('Order', orderId, {
        type: 'OrderCreated',
        data: {
          orderId,
          customerId: 'C1',
          orderNumber: 'TM-00000-00000',
          customer: { id: 'C1', name: 'Ada', email: 'ada@example.com' },
          lines,
          total: amount,
          shippingAddress: address,
          billingAddress: address,
        },
      });
      const data = { ...payment, method, expiresAt };
      await service.append('Payment', orderId, { type: 'PaymentRequested', data });
      await eventually(async () => {
        await service.answerCommands({ except: [command] });
        const { body } = await service.send('GET', `/v1/fulfilments/${orderId}`);
        expect(body).toMatchObject({ state: 'PARKED', step });
      });
      return orderId;
    };

    it('is settled by hand, and records the operator and the reason', async () => {
      const orderId = await stuckAt('CancelOrder', 'cancelling_order');
      expect(await skip(orderId, null)).toMatchObject({ status: 401 });
      expect(await skip(orderId, 'operator')).toMatchObject({ status: 403 });
      expect(await skip(orderId, 'admin', {})).toMatchObject({ status: 400 });
      expect(await skip(orderId, 'admin', { reason: 'x'.repeat(501) })).toMatchObject({ status: 400 });
      expect(await skip('x')).toMatchObject({ status: 400 });
      expect(await skip(randomUUID())).toMatchObject({ status: 404, body: { code: 'not_found' } });

      const skipped = await skip(orderId);
      expect(skipped).toMatchObject({
        status: 200,
        body: { state: 'COMPENSATED', step: 'compensated', waitingFor: [] },
      });
      expect(skipped.body.history.at(-1)).toMatchObject({
        event: 'skip',
        action: 'settled by hand: cancel_order, the order is cancelled: compensated',
        actor: 'local-admin',
        reason,
      });
      expect(await skip(orderId)).toMatchObject({ status: 409, body: { code: 'fulfilment_not_parked' } });
    });

    it('refuses to skip while a refund may still be made, and continues by itself after the refund', async () => {
      const orderId = await stuckAt('RefundPayment', 'refunding_payment');
      expect(await skip(orderId)).toMatchObject({ status: 409, body: { code: 'step_not_skippable' } });
      await eventually(async () => {
        await service.answerCommands();
        const { body } = await service.send('GET', `/v1/fulfilments/${orderId}`);
        expect(body).toMatchObject({ state: 'COMPENSATED' });
      });
    });

    it('refuses to skip a step whose outcome only an event can tell', async () => {
      const orderId = randomUUID();
      const method = { type: 'card', token: 'tok_ok' };
      const expiresAt = '2999-01-01T00:00:00.000Z';
      const data = { paymentId: randomUUID(), orderId, customerId: 'C1', amount, method, expiresAt };
      await service.append('Payment', orderId, { type: 'PaymentRequested', data });
      await eventually(async () => {
        const { body } = await service.send('GET', `/v1/fulfilments/${orderId}`);
        expect(body).toMatchObject({ state: 'PARKED', step: 'capturing_payment' });
      });
      const log = jest.spyOn(Logger.prototype, 'log');
      expect(await skip(orderId)).toMatchObject({ status: 409, body: { code: 'step_not_skippable' } });
      const refused = { act: 'skip', orderId, actor: 'local-admin', outcome: 'not_possible' };
      expect(log).toHaveBeenCalledWith(refused, "refused an operator's request");
      const { body } = await service.send('GET', `/v1/fulfilments/${orderId}`);
      expect(body).toMatchObject({ state: 'PARKED', step: 'capturing_payment' });
    });
  });
});
