import { eventually } from '@tidemark/test-servers';
import type { ReplayPlan } from '../replay/plan-replay';
import type { RunningSystem } from './running-system.fixture';
import type { SumsOfFile } from './sums-of-file.fixture';

interface Statistics {
  readonly orderCount: number;
  readonly spent: readonly { readonly amount: number; readonly currency: string }[];
}

interface Sales {
  readonly key: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: { readonly amount: number; readonly currency: string };
}

interface Stock {
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
}

/**
 * Expects every replayed and shipped order to be booked exactly once: in the read models, in the log, in the provider's
 * ledger, and in the processes.
 */
export async function expectTrueBooks(
  system: RunningSystem,
  plan: ReplayPlan,
  sums: SumsOfFile,
): Promise<void> {
  // The processes' last events reach each read model at different times.
  await eventually(() => expectReadModels(system, plan, sums));
  await expectLog(system, plan);
  await expectLedger(system, plan, sums);
}

async function expectReadModels(
  { client }: RunningSystem,
  plan: ReplayPlan,
  sums: SumsOfFile,
): Promise<void> {
  for (const [customer, spent] of sums.spentByCustomer) {
    const statistics = await client.get<Statistics>(`/v1/customers/${customer}/statistics`);
    expect([customer, statistics?.spent]).toEqual([customer, [{ amount: spent, currency: 'GBP' }]]);
  }
  for (const sku of sums.soldBySku.keys()) {
    const stock = await client.get<Stock>(`/v1/stock/${sku}`);
    expect(stock).toMatchObject({ productId: sku, onHand: 0, reserved: 0, available: 0 });
  }
  await expectSales(client, plan, sums);
}

/**
 * Expects the sales of today to be all replayed orders: all were paid just now, and none was cancelled. Only the
 * products that sold best are listed.
 */
async function expectSales(
  client: RunningSystem['client'],
  plan: ReplayPlan,
  sums: SumsOfFile,
): Promise<void> {
  const days = (await client.get<readonly Sales[]>('/v1/sales'))!;
  const spent = [...sums.spentByCustomer.values()].reduce((sum, amount) => sum + amount, 0);
  expect(days.reduce((sum, { orders }) => sum + orders, 0)).toBe(plan.orders.length);
  expect(days.reduce((sum, { revenue }) => sum + revenue.amount, 0)).toBe(spent);
  const products = (await client.get<readonly Sales[]>('/v1/sales?groupBy=product&currency=GBP'))!;
  expect(products).toHaveLength(Math.min(sums.soldBySku.size, 1_000));
  expect(products.map(({ key, units }) => [key, units])).toEqual(
    products.map(({ key }) => [key, sums.soldBySku.get(key)]),
  );
}

async function expectLog({ database }: RunningSystem, plan: ReplayPlan): Promise<void> {
  const holes = await database.query(`
    SELECT p.partition FROM event_store.partitions p LEFT JOIN event_store.events e USING (partition)
    GROUP BY p.partition, p.head HAVING p.head <> count(e) OR coalesce(max(e.position), 0) <> count(e)`);
  expect(holes.rows).toEqual([]);
  const { rows } = await database.query<{ event_type: string; count: string }>(
    `SELECT event_type, count(*) FROM event_store.events WHERE stream_type = 'Order' GROUP BY event_type ORDER BY 1`,
  );
  const once = String(plan.orders.length);
  expect(rows).toEqual(
    ['OrderCreated', 'OrderDelivered', 'OrderPaid', 'OrderShipped'].map((type) => ({
      event_type: type,
      count: once,
    })),
  );
}

async function expectLedger({ database }: RunningSystem, plan: ReplayPlan, sums: SumsOfFile): Promise<void> {
  const { rows } = await database.query<{ charges: string; charged: string }>(
    'SELECT count(*) AS charges, sum(amount) AS charged FROM payment_provider.charges',
  );
  const spent = [...sums.spentByCustomer.values()].reduce((sum, amount) => sum + amount, 0);
  expect(rows).toEqual([{ charges: String(plan.orders.length), charged: String(spent) }]);
}

/** The heads of all partitions. If they are equal before and after, nothing was stored in between. */
export async function logHeads({ database }: RunningSystem): Promise<unknown> {
  return (await database.query('SELECT partition, head FROM event_store.partitions ORDER BY partition')).rows;
}
