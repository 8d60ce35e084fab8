import { randomUUID } from 'node:crypto';
import { orderDetailsDocument } from '../testing/documents.fixture';
import { partitions, startQueryService, type TestQueryService } from '../testing/query-service.fixture';

describe('Consistency-Token', () => {
  let service: TestQueryService;
  const orderId = randomUUID();
  const readOrder = (token: string) =>
    service.get(`/v1/orders/${orderId}`, { headers: { 'consistency-token': token } });

  beforeAll(async () => {
    service = await startQueryService({ READ_YOUR_WRITES_TIMEOUT_MS: '300' });
    await service.readModel('order_details').put(orderDetailsDocument({ _id: orderId }));
    await service.project(1, 10);
    await service.project(2, 5);
    await Promise.all([service.write(1, 11), service.write(2, 6), service.write(3, 77)]);
  });
  afterAll(() => service.stop());

  it.each(['1:1', '1:10', '1:10,2:5', '2:1,1:4,1:10'])(
    '%s, which the read models have reached: 200',
    async (token) => {
      expect((await readOrder(token)).status).toBe(200);
    },
  );

  it.each(['1:11', '1:10,2:6', '3:1'])(
    "%s, which the read models don't reach in time: 503, never older data",
    async (token) => {
      const began = performance.now();
      const { status, headers, body } = await readOrder(token);

      expect(performance.now() - began).toBeGreaterThanOrEqual(295);
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'read_model_behind' });
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(headers['etag']).toBeUndefined();
    },
  );

  it('lets the read through as soon as the read models reach it', async () => {
    const patient = await startQueryService({ READ_YOUR_WRITES_TIMEOUT_MS: '20000' });
    try {
      await patient.project(1, 10);
      await patient.write(1, 11);
      let answered = false;
      const read = patient
        .get('/v1/orders', { headers: { 'consistency-token': '1:11' } })
        .finally(() => (answered = true));

      await patient.get('/v1/orders');
      expect(answered).toBe(false);
      await patient.project(1, 11);

      expect(await read).toMatchObject({ status: 200 });
    } finally {
      await patient.stop();
    }
  });

  describe('beyond the log', () => {
    let patient: TestQueryService;

    beforeAll(async () => {
      patient = await startQueryService({ READ_YOUR_WRITES_TIMEOUT_MS: '20000' });
      await Promise.all([patient.write(1, 11), patient.write(2, 6)]);
    });
    afterAll(() => patient.stop());

    it.each(['1:12', '0:1', '1:10,2:7', '0:9007199254740991'])('%s: 400, and no wait', async (token) => {
      for (const path of ['/v1/orders', `/v1/orders/${orderId}`, `/v1/orders/${orderId}/history`]) {
        expect(await patient.get(path, { headers: { 'consistency-token': token } })).toMatchObject({
          status: 400,
          body: {
            code: 'validation_failed',
            errors: [{ path: 'Consistency-Token', code: 'unknown_position' }],
          },
        });
      }
      expect(await patient.metrics()).not.toMatch(/token_wait_seconds_count\{[^}]*outcome="behind"/);
    });
  });

  it('makes the read wait if the last position of the log is unknown', async () => {
    service.eventLogLink.partition();
    try {
      expect((await readOrder('1:10')).status).toBe(200);
      expect(await readOrder('0:1')).toMatchObject({ status: 503, body: { code: 'read_model_behind' } });
    } finally {
      service.eventLogLink.heal();
    }
  });

  it.each([
    '',
    'x',
    '1',
    '1:',
    ':1',
    '1:0',
    '-1:1',
    '1:-1',
    '1:1.5',
    '1:1,',
    '1:1;2:2',
    '01:1',
    '1:99999999999999999',
    `${partitions}:1`,
    '99999:1',
  ])('%p, which is malformed or names an unknown partition: 400', async (token) => {
    expect(await readOrder(token)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: 'Consistency-Token' }] },
    });
  });

  it('is checked on every read, before the requested object is looked up', async () => {
    const readModels = [
      '/v1/orders',
      `/v1/orders/${randomUUID()}`,
      '/v1/customers/C9/statistics',
      '/v1/stock',
      '/v1/stock/P9',
      '/v1/shipments',
      `/v1/shipments/${randomUUID()}`,
    ];
    const eventLog = [
      `/v1/orders/${randomUUID()}/history`,
      `/v1/orders/${randomUUID()}/state`,
      '/v1/streams/Order-9/events',
      '/v1/correlations/9/events',
    ];
    const answer = async (path: string, token: string) => {
      const { status, body } = await service.get(path, { headers: { 'consistency-token': token } });
      return { path, status, code: body.code };
    };
    for (const path of [...readModels, ...eventLog]) {
      const malformed = { path, status: 400, code: 'validation_failed' };
      expect(await answer(path, '9')).toEqual(malformed);
    }
    for (const path of readModels) {
      expect(await answer(path, '3:77')).toEqual({ path, status: 503, code: 'read_model_behind' });
    }
  });
});
