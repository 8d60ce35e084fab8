import { allContracts } from '@tidemark/contracts';
import { PostgresEventStore } from '@tidemark/event-store';
import { defineEvent, EventCodec } from '@tidemark/kernel';
import { encodeCursor } from '@tidemark/platform';
import { eventually } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { startProcessManager, type TestProcessManager } from '../testing/process-manager.fixture';

describe('an event that the process-manager does not know', () => {
  let service: TestProcessManager;

  beforeAll(async () => {
    service = await startProcessManager({
      PARK_AFTER_ATTEMPTS: '2',
      RETRY_MIN_BACKOFF_MS: '1',
      RETRY_MAX_BACKOFF_MS: '5',
    });
  });
  afterAll(() => service.stop());

  const receive = (productId: string) =>
    service.append('StockItem', productId, {
      type: 'StockReceived',
      data: { productId, quantity: 1, onHand: 1, reserved: 0 },
    });

  /** An event of a newer version of the write side. */
  async function weigh(productId: string): Promise<void> {
    const codec = new EventCodec([...allContracts, defineEvent('StockWeighed', z.object({}))]);
    await new PostgresEventStore({ pool: service.pool, codec, partitions: 4 }).append({
      streamType: 'StockItem',
      aggregateId: productId,
      partitionKey: productId,
      expectedVersion: 'any',
      events: [{ type: 'StockWeighed', data: {} }],
      command: {
        commandId: randomUUID(),
        commandHash: '00'.repeat(32),
        correlationId: 'test',
        actor: 'test',
      },
    });
  }

  const parked = async (path = '') => (await service.send('GET', `/admin/parked${path}`)).body;

  it('parks its stream, and records that an operator retried it and then discarded the event', async () => {
    await receive('P1');
    await weigh('P1');
    await receive('P1');
    const { id } = await eventually(async () => {
      const { items } = await parked();
      expect(items).toMatchObject([
        {
          group: 'fulfilment',
          streamId: 'StockItem-P1',
          streamType: 'StockItem',
          status: 'PARKED',
          error: { code: 'unknown_event_type' },
          event: { version: 2, type: 'StockWeighed' },
          waiting: 1,
          attempts: 2,
        },
      ]);
      return items[0];
    });

    const retried = await service.send('POST', `/admin/parked/${id}/retry`);
    expect(retried).toMatchObject({ status: 202, body: { id, status: 'RETRY_REQUESTED' } });
    await eventually(async () =>
      expect(await parked(`/${id}`)).toMatchObject({ status: 'PARKED', attempts: 3 }),
    );

    const discarded = await service.send('POST', `/admin/parked/${id}/discard`, { role: 'admin' });
    expect(discarded).toMatchObject({ status: 202, body: { id, status: 'DISCARD_REQUESTED' } });
    await eventually(async () => expect(await parked()).toEqual({ items: [] }));
    expect(await parked('?status=RESOLVED')).toMatchObject({
      items: [
        {
          id,
          status: 'RESOLVED',
          waiting: 0,
          discarded: [{ version: 2, type: 'StockWeighed' }],
          acts: [
            { act: 'parked' },
            { act: 'retry_requested', actor: 'local-operator' },
            { act: 'failed_again' },
            { act: 'discard_requested', actor: 'local-admin' },
            { act: 'discarded' },
            { act: 'retried' },
          ],
        },
      ],
    });
    const again = await service.send('POST', `/admin/parked/${id}/retry`);
    expect(again).toMatchObject({ status: 409, body: { code: 'not_parked' } });
  });

  it('is listed in pages and counted', async () => {
    await Promise.all(['P2', 'P3', 'P4'].map((productId) => weigh(productId)));
    await eventually(async () => expect((await parked()).items).toHaveLength(3));
    const first = await parked('?limit=2');
    const second = await parked(`?limit=2&cursor=${first.nextCursor}`);
    const streams = [...first.items, ...second.items].map(({ streamId }) => streamId as string);
    expect(streams.sort()).toEqual(['StockItem-P2', 'StockItem-P3', 'StockItem-P4']);
    expect(second).not.toHaveProperty('nextCursor');
    const otherFilter = await service.send('GET', `/admin/parked?status=PARKED&cursor=${first.nextCursor}`);
    expect(otherFilter).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    for (const forged of [
      ['2020-02-31T00:00:00.000Z', randomUUID()],
      ['0000-01-01T00:00:00.000Z', randomUUID()],
      ['2020-01-01T00:00:00.000Z', 'x'],
    ]) {
      const cursor = encodeCursor({ list: 'parked' }, forged);
      expect(await service.send('GET', `/admin/parked?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { errors: [{ code: 'invalid_cursor' }] },
      });
    }

    const { body: metrics } = await service.send('GET', '/metrics', { role: null });
    const counts = [...String(metrics).matchAll(/^tidemark_process_parked_streams\{[^}]*\} (\d)$/gm)];
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(3);
  });

  it('is visible to operators, and only operators may act on it', async () => {
    const unknown = `/admin/parked/${randomUUID()}`;
    for (const [method, path] of [
      ['GET', '/admin/parked'],
      ['GET', unknown],
      ['POST', `${unknown}/retry`],
      ['POST', `${unknown}/discard`],
    ] as const) {
      expect(await service.send(method, path, { role: null })).toMatchObject({ status: 401 });
      const customer = await service.send(method, path, { role: 'customer', customer: 'C1' });
      expect(customer).toMatchObject({ status: 403 });
    }
    expect(await service.send('GET', unknown)).toMatchObject({ status: 404 });
    expect(await service.send('POST', `${unknown}/retry`)).toMatchObject({ status: 404 });
    expect(await service.send('POST', `${unknown}/discard`)).toMatchObject({ status: 404 });
    expect(await service.send('POST', '/admin/parked/7/retry')).toMatchObject({ status: 400 });
    expect(await service.send('GET', '/admin/parked?status=LOST')).toMatchObject({ status: 400 });
    expect(await service.send('GET', '/admin/parked?page=2')).toMatchObject({
      status: 400,
      body: { code: 'unknown_field' },
    });
  });

  it('is answered with 503 while the database is unavailable, and so is the progress of the partitions', async () => {
    service.storeLink.partition();
    try {
      const paths = ['/admin/parked', `/admin/parked/${randomUUID()}`, '/admin/partitions'];
      for (const path of paths) {
        const answer = await service.send('GET', path, { role: 'admin' });
        expect(answer).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
      }
      const retry = await service.send('POST', `/admin/parked/${randomUUID()}/retry`);
      expect(retry).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    } finally {
      service.storeLink.heal();
    }
    await eventually(async () => {
      expect(await service.send('GET', '/admin/partitions', { role: 'admin' })).toMatchObject({
        status: 200,
      });
    });
  });

  it('has its routes in the OpenAPI document', async () => {
    const { body } = await service.send('GET', '/openapi.json', { role: null, port: 'admin' });
    const statuses = (path: string, method: string) => Object.keys(body.paths[path][method].responses);
    expect(statuses('/admin/parked', 'get')).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '503']),
    );
    for (const act of ['retry', 'discard']) {
      expect(statuses(`/admin/parked/{id}/${act}`, 'post')).toEqual(
        expect.arrayContaining(['202', '400', '401', '403', '404', '409', '503']),
      );
    }
  });
});
