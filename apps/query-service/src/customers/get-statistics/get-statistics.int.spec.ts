import { randomUUID } from 'node:crypto';
import { orderStatisticsDocument } from '../../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../../testing/query-service.fixture';

describe('GET /v1/customers/{id}/statistics', () => {
  let service: TestQueryService;

  beforeAll(async () => {
    service = await startQueryService();
    await service.readModel('order_statistics').put(
      orderStatisticsDocument({
        spent: { GBP: { amount: 2_001, orderCount: 2 }, EUR: { amount: 100, orderCount: 3 } },
      }),
    );
    await service.store.append({
      streamType: 'Customer',
      aggregateId: 'new',
      partitionKey: 'new',
      expectedVersion: 'none',
      events: [
        {
          type: 'CustomerRegistered',
          data: { customerId: 'new', name: 'Grace Hopper', email: 'grace@example.com' },
        },
      ],
      command: {
        commandId: randomUUID(),
        commandHash: 'ab'.repeat(32),
        correlationId: 'c-1',
        actor: 'test',
      },
    });
  });
  afterAll(() => service.stop());

  it('answers counts, sums and averages per currency', async () => {
    const { status, body } = await service.get('/v1/customers/C1/statistics');

    expect(status).toBe(200);
    expect(body).toEqual({
      orderCount: 4,
      byStatus: { PENDING: 1, PAID: 1, SHIPPED: 0, DELIVERED: 1, CANCELLED: 1 },
      spent: [
        { amount: 100, currency: 'EUR' },
        { amount: 2_001, currency: 'GBP' },
      ],
      average: [
        { amount: 33, currency: 'EUR' },
        { amount: 1_001, currency: 'GBP' },
      ],
      firstOrderAt: '2010-12-01T08:26:00.000Z',
      lastOrderAt: '2010-12-02T10:00:00.000Z',
    });
  });

  it('answers zeros for a customer without orders', async () => {
    const { status, body } = await service.get('/v1/customers/new/statistics');

    expect(status).toBe(200);
    expect(body).toEqual({
      orderCount: 0,
      byStatus: { PENDING: 0, PAID: 0, SHIPPED: 0, DELIVERED: 0, CANCELLED: 0 },
      spent: [],
      average: [],
    });
  });

  it('answers 404 for a customer that does not exist', async () => {
    expect(await service.get('/v1/customers/nobody/statistics')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it("shows a customer its own statistics, and answers 404 for another customer's", async () => {
    const statusFor = async (customer?: string) =>
      (
        await service.get('/v1/customers/C1/statistics', {
          role: 'customer',
          ...(customer !== undefined && { customer }),
        })
      ).status;

    expect(await statusFor('C1')).toBe(200);
    expect(await statusFor('new')).toBe(404);
    expect(await statusFor()).toBe(404);
  });

  it('refuses a malformed id with 400', async () => {
    expect(await service.get('/v1/customers/a%20b/statistics')).toMatchObject({ status: 400 });
    expect(await service.get(`/v1/customers/${'a'.repeat(65)}/statistics`)).toMatchObject({ status: 400 });
  });
});
