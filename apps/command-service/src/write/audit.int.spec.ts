import { randomUUID } from 'node:crypto';
import { commandOf } from '@tidemark/contracts';
import { eventually } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { processesOf } from '../testing/processes.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
let shop: ReturnType<typeof shopOf>;

beforeAll(async () => {
  service = await startCommandService({ LOG_LEVEL: 'info' });
  shop = shopOf(service);
});
afterAll(() => service.stop());

const hash = expect.stringMatching(/^[\w-]{43}$/) as string;

describe('every event', () => {
  it('of a request names its actor, cause, correlation, client address and user agent', async () => {
    const customerId = `C-${randomUUID()}`;
    const answer = await service.request('POST', '/v1/customers', {
      customer: customerId,
      headers: { 'x-correlation-id': 'story-1', 'user-agent': 'harbour-app/3.1' },
      body: { name: 'Ada', email: 'ada@example.com' },
    });
    expect(answer.status).toBe(201);
    expect(await service.events(`Customer-${customerId}`)).toMatchObject([
      {
        correlationId: 'story-1',
        causationId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/) as string,
        metadata: {
          actor: `local-customer-${customerId}`,
          clientAddressHash: hash,
          userAgent: 'harbour-app/3.1',
        },
      },
    ]);
  });

  it('of a process names the command and the event that caused it', async () => {
    const [customerId, productId, causingEventId] = [
      await shop.customer(),
      await shop.product(),
      randomUUID(),
    ];
    const orderId = await shop.order(customerId, productId);
    const commandId = await service.send({
      ...commandOf('ReserveInventory', { productId, orderId, quantity: 1 }),
      correlationId: 'story-2',
      causingEventId,
    });
    await eventually(async () => {
      expect((await service.events(`StockItem-${productId}`)).at(-1)).toMatchObject({
        type: 'InventoryReserved',
        correlationId: 'story-2',
        causationId: commandId,
        metadata: { actor: 'process:test', causingEventId },
      });
    });
  });
});

describe('a command that a rule refuses', () => {
  const refusals = async (command: string, code: string): Promise<number> => {
    const { body } = await service.request('GET', '/metrics', { token: null });
    const line = new RegExp(
      `^tidemark_commands_refused_total\\{command="${command}",code="${code}".* (\\d+)$`,
      'm',
    );
    return Number(line.exec(String(body))?.[1] ?? 0);
  };
  const logged = (correlationId: string) =>
    service.log.filter(
      (line) => line['msg'] === 'refused a command' && line['correlationId'] === correlationId,
    );

  it.each([
    ['RegisterCustomer', 'customer_exists', {}],
    ['RegisterCustomer', 'idempotency_key_reused', { key: 'the-same' }],
  ])(
    'is counted and logged with the ids that its event would have: %s, %s',
    async (command, code, request) => {
      const correlationId = `refused-${randomUUID()}`;
      const body = { customerId: await shop.customer(), name: 'Secret Ada', email: 'secret@example.com' };
      if ('key' in request) {
        const first = { ...body, customerId: `C-${randomUUID()}` };
        await service.request('POST', '/v1/customers', { ...request, body: first });
      }
      const before = await refusals(command, code);
      const answer = await service.request('POST', '/v1/customers', {
        ...request,
        body,
        headers: { 'x-correlation-id': correlationId },
      });
      expect(answer.body).toMatchObject({ code });
      expect(await refusals(command, code)).toBe(before + 1);
      expect(logged(correlationId)).toMatchObject([
        {
          level: 'info',
          command,
          code,
          commandId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          actor: 'local-service',
          clientAddressHash: hash,
        },
      ]);
      expect(JSON.stringify(service.log)).not.toMatch(/secret/i);
    },
  );

  it('is logged when the refusal is about its pinned version', async () => {
    const customerId = await shop.customer();
    await service.request('PUT', `/v1/customers/${customerId}/contact`, {
      headers: { 'if-match': '"7"', 'x-correlation-id': 'pinned' },
      body: { name: 'Eve' },
    });
    expect(logged('pinned')).toMatchObject([{ command: 'ChangeCustomerContact', code: 'version_mismatch' }]);
  });

  it.each([
    ['CreateOrder', 'POST', '/v1/orders', (of: string) => shop.orderBody(of, 'P1')],
    [
      'RegisterCustomer',
      'POST',
      '/v1/customers',
      (of: string) => ({ customerId: of, name: 'A', email: 'ada@example.com' }),
    ],
    ['ChangeCustomerContact', 'PUT', '/v1/customers/C-9/contact', () => ({ name: 'Eve' })],
  ] as const)(
    'is counted and logged when it concerns another customer: %s',
    async (command, method, path, body) => {
      const correlationId = `not-mine-${randomUUID()}`;
      const before = await refusals(command, 'not_found');
      const answer = await service.request(method, path, {
        customer: 'C-8',
        headers: { 'x-correlation-id': correlationId },
        body: body('C-9'),
      });
      expect(answer.status).toBe(404);
      expect(await refusals(command, 'not_found')).toBe(before + 1);
      expect(logged(correlationId)).toMatchObject([
        { command, code: 'not_found', actor: 'local-customer-C-8' },
      ]);
    },
  );

  it('is logged with the ids of its sender when a process sent it', async () => {
    await service.send({
      ...commandOf('CancelOrder', { orderId: randomUUID(), reason: 'x' }),
      correlationId: 'refused-process',
    });
    await eventually(() => {
      expect(logged('refused-process')[0]).toMatchObject({
        command: 'CancelOrder',
        code: 'not_found',
        actor: 'process:test',
      });
      return Promise.resolve();
    });
  });

  it('is the only kind that is counted', async () => {
    const orderId = await shop.order(await shop.customer(), await shop.product());
    await processesOf(service).payFor(orderId);
    const { body } = await service.request('GET', '/metrics', { token: null });
    expect(body).not.toMatch(/tidemark_commands_refused_total\{command="(PayOrder|CapturePayment)"/);
  });
});
