import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { TidemarkClient } from '../client/tidemark-client';
import { planReplay } from './plan-replay';
import { runReplay, type Kept } from './run-replay';
import { summarize } from './summarize';

/**
 * A shop in memory. When a request repeats an idempotency key, the shop answers as the command-service does. Every
 * order is ready at once.
 */
class Shop {
  /** Bodies by path and key. */
  private readonly writes = new Map<string, string>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));
  /** Codes by path. */
  readonly refusals = new Map<string, string>();

  async open(): Promise<TidemarkClient> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const urls = { commandService: url, queryService: url, processManager: url };
    return new TidemarkClient({ urls, token: 'token', patienceMs: 0 });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }

  writesTo(path: string): readonly unknown[] {
    const bodies = [...this.writes].filter(([write]) => write.startsWith(`${path} `));
    return bodies.map(([, body]) => JSON.parse(body) as unknown);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (request.method === 'GET') {
      answer(200, { status: 'PAID', totalAmount: { amount: 1 }, shipping: { shipmentId: 'S1' } });
      return;
    }
    const write = `${request.url} ${String(request.headers['idempotency-key'])}`;
    const body = JSON.stringify(await json(request));
    const first = this.writes.get(write) ?? body;
    this.writes.set(write, first);
    const refused = this.refusals.get(request.url!);
    if (refused) {
      answer(409, { code: refused });
    } else if (first !== body) {
      answer(422, { code: 'idempotency_key_reused' });
    } else {
      answer(201, { consistencyToken: 'token' });
    }
  }
}

const row = (invoice: string, sku: string, price: string, description = 'BLUE TIDE MUG'): string[] => [
  ...[invoice, sku, description, '3', '2024-03-04 08:12:00', price, '20001.0', 'France'],
];

describe('runReplay', () => {
  let shop: Shop;
  let client: TidemarkClient;
  beforeEach(async () => {
    shop = new Shop();
    client = await shop.open();
  });
  afterEach(() => shop.close());

  async function replay(...rows: string[][]) {
    const kept: Kept[] = [];
    const plan = planReplay(rows);
    const orders = await runReplay({ client, plan, ship: false, onKept: (what) => kept.push(what) });
    return { plan, orders, kept };
  }

  it('keeps a product whose first price differs in the next file, and orders at the new price', async () => {
    const monday = await replay(row('700100', '30100', '2.55'));
    const tuesday = await replay(row('700200', '30100', '2.95'), row('700200', '30107', '1.25'));

    expect(monday.kept).toEqual([]);
    expect(tuesday.kept).toEqual([{ kind: 'product', id: '30100' }]);
    expect(tuesday.orders.map(({ asExpected }) => asExpected)).toEqual([true]);
    expect(shop.writesTo('/v1/products')).toMatchObject([
      { productId: '30100', price: { amount: 255 } },
      { productId: '30107' },
    ]);
    expect(shop.writesTo('/v1/orders')).toMatchObject([
      { items: [{ productId: '30100', unitPrice: { amount: 255 } }] },
      { items: [{ unitPrice: { amount: 295 } }, { productId: '30107' }] },
    ]);
    expect(summarize(tuesday, 1)).toMatch(/^products +2\n {2}there already, left as it was +30100$/m);
  });

  it('keeps the order of an invoice that has more lines in the next file', async () => {
    const part = await replay(row('700100', '30100', '2.55'));
    const whole = await replay(row('700100', '30100', '2.55'), row('700100', '30107', '1.25'));
    expect(whole.kept).toEqual([{ kind: 'order', id: part.orders[0]!.orderId }]);
  });

  it.each([
    ['customer', '/v1/customers', 'customer_exists', '20001'],
    ['product', '/v1/products', 'product_exists', '30100'],
  ])('keeps a %s that another client made', async (kind, path, code, id) => {
    shop.refusals.set(path, code);
    expect((await replay(row('700100', '30100', '2.55'))).kept).toEqual([{ kind, id }]);
  });

  it('fails on any other refusal', async () => {
    shop.refusals.set('/v1/products', 'validation_failed');
    await expect(replay(row('700100', '30100', '2.55'))).rejects.toThrow('validation_failed');
  });

  it('reports nothing as kept in a second run of the same file', async () => {
    await replay(row('700100', '30100', '2.55'));
    expect((await replay(row('700100', '30100', '2.55'))).kept).toEqual([]);
  });
});

describe('summarize', () => {
  it('names a few of many things that were there already', () => {
    const plan = planReplay([row('700100', '30100', '2.55')]);
    const kept = Array.from({ length: 5 }, (_, n) => ({ kind: 'product', id: `3010${n}` }) as const);
    expect(summarize({ plan, orders: [], kept }, 1)).toContain(
      '  there already, left as it was        30100, 30101, 30102 and 2 more',
    );
  });
});
