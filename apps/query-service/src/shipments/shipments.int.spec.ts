import { randomUUID } from 'node:crypto';
import { type ShipmentDocument } from '@tidemark/read-models';
import { address, shipmentDocument } from '../testing/documents.fixture';
import { startQueryService, type TestQueryService } from '../testing/query-service.fixture';

describe('shipments', () => {
  let service: TestQueryService;
  const shipments: readonly ShipmentDocument[] = Array.from({ length: 5 }, (_, n) =>
    shipmentDocument({
      createdAt: new Date(Date.UTC(2010, 11, 1 + n)),
      ...(n === 3 && { status: 'DISPATCHED', carrier: 'DHL', trackingNumber: '00340', version: 2 }),
    }),
  );
  const ids = (...numbers: number[]) => numbers.map((n) => shipments[n]!._id);
  const listed = (body: { items: { shipmentId: string }[] }) =>
    body.items.map(({ shipmentId }) => shipmentId);

  beforeAll(async () => {
    service = await startQueryService();
    await service.readModel('shipments').put(...shipments);
  });
  afterAll(() => service.stop());

  it('are served one by one, with the version as ETag', async () => {
    const dispatched = shipments[3]!;
    const { status, headers, body } = await service.get(`/v1/shipments/${dispatched._id}`);

    expect({ status, etag: headers['etag'] }).toEqual({ status: 200, etag: '"2"' });
    expect(body).toEqual({
      shipmentId: dispatched._id,
      orderId: dispatched.orderId,
      customerId: 'C1',
      status: 'DISPATCHED',
      items: [{ productId: '85123A', productName: 'White hanging heart', quantity: 2 }],
      shippingAddress: address,
      carrier: 'DHL',
      trackingNumber: '00340',
      createdAt: '2010-12-04T00:00:00.000Z',
      updatedAt: '2010-12-01T08:26:00.000Z',
      version: 2,
    });
  });

  it('get 404 for an unknown id, and 400 for a malformed id', async () => {
    expect(await service.get(`/v1/shipments/${randomUUID()}`)).toMatchObject({ status: 404 });
    expect(await service.get('/v1/shipments/7')).toMatchObject({ status: 400 });
  });

  it('are listed newest first, in pages', async () => {
    const first = await service.get('/v1/shipments?limit=3');
    expect(listed(first.body)).toEqual(ids(4, 3, 2));
    const second = await service.get(`/v1/shipments?limit=3&cursor=${first.body.nextCursor}`);
    expect(listed(second.body)).toEqual(ids(1, 0));
    expect(second.body.nextCursor).toBeUndefined();
  });

  it('are listed by status', async () => {
    expect(listed((await service.get('/v1/shipments?status=DISPATCHED')).body)).toEqual(ids(3));
    expect(await service.get('/v1/shipments?status=LOST')).toMatchObject({ status: 400 });
    expect(await service.get('/v1/shipments?status[$ne]=LOST')).toMatchObject({ status: 400 });
  });

  it('are refused to a customer with 403', async () => {
    for (const path of ['/v1/shipments', `/v1/shipments/${shipments[0]!._id}`]) {
      expect(await service.get(path, { role: 'customer', customer: 'C1' })).toMatchObject({ status: 403 });
    }
  });
});
