import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { classifyRow, skipReasons, type OrderLine, type SkipReason } from './retail-row';

export interface PlannedProduct {
  readonly sku: string;
  readonly name: string;
  /** Minor units of GBP. */
  readonly price: number;
  /** The total quantity that the files sell of it. */
  readonly sold: number;
  /** A digest of these sales, because other invoices need their own stock even for the same quantity. */
  readonly batch: string;
  /** Whether its stock is removed before the payments, so that its orders are compensated. */
  readonly short: boolean;
}

export interface PlannedOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly country: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly unitPrice: number }[];
  /** The expected final status. */
  readonly expectedToFail: boolean;
}

export interface ReplayPlan {
  /** Distinguishes the stock of this replay from that of others, such as one with products that run short. */
  readonly run: string;
  readonly rows: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  readonly invoices: number;
  readonly customers: readonly string[];
  readonly products: readonly PlannedProduct[];
  readonly orders: readonly PlannedOrder[];
}

/** Derives order ids from invoice numbers, the same in every run. */
const orderNamespace = '6c1d2f1e-6f0b-4c56-9d7e-0b8c5a1f3e52';
const linesPerOrder = 10;

/**
 * Plans the requests for the rows of the files. Pure, so that a second run of the same files sends the same requests.
 *
 * @param shortPercent the share of products that run out of stock, 0 to 100
 */
export function planReplay(rows: Iterable<readonly string[]>, shortPercent = 0): ReplayPlan {
  const skipped = Object.fromEntries(skipReasons.map((reason) => [reason, 0])) as Record<SkipReason, number>;
  const lines: OrderLine[] = [];
  for (const row of rows) {
    const line = classifyRow(row);
    if (typeof line === 'string') {
      skipped[line] += 1;
    } else {
      lines.push(line);
    }
  }
  const products = planProducts(lines, shortPercent);
  const short = new Set(products.filter((product) => product.short).map((product) => product.sku));
  const variant = shortPercent > 0 ? `/short-${shortPercent}` : '';
  const invoices = [...groupBy(lines, (line) => line.invoice).values()];
  return {
    run: `replay${variant.replace('/', '-')}`,
    rows: lines.length + Object.values(skipped).reduce((sum, count) => sum + count, 0),
    skipped,
    invoices: invoices.length,
    customers: [...new Set(lines.map((line) => line.customerId))],
    products,
    orders: invoices.flatMap((invoice) => planOrders(invoice, short, variant)),
  };
}

function planProducts(lines: readonly OrderLine[], shortPercent: number): PlannedProduct[] {
  const bySku = groupBy(lines, (line) => line.sku);
  const byHash = [...bySku.keys()].sort((a, b) => (digest(a) < digest(b) ? -1 : 1));
  const short = new Set(byHash.slice(0, Math.floor((byHash.length * shortPercent) / 100)));
  return [...bySku].map(([sku, sales]) => ({
    sku,
    name: sales.find((line) => line.description)?.description ?? sku,
    price: sales[0]!.unitPrice,
    sold: sales.reduce((sum, line) => sum + line.quantity, 0),
    batch: digest(JSON.stringify(sales.map(({ invoice, quantity }) => [sku, invoice, quantity]))).slice(
      0,
      16,
    ),
    short: short.has(sku),
  }));
}

function planOrders(
  invoice: readonly OrderLine[],
  short: ReadonlySet<string>,
  variant: string,
): PlannedOrder[] {
  const [first] = invoice as readonly [OrderLine];
  const merged = groupBy(invoice, (line) => `${line.sku} ${line.unitPrice}`);
  const orders: { sku: string; quantity: number; unitPrice: number }[][] = [];
  for (const lines of merged.values()) {
    const { sku, unitPrice } = lines[0]!;
    const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
    let order = orders.find(
      (items) => items.length < linesPerOrder && !items.some((item) => item.sku === sku),
    );
    if (!order) {
      order = [];
      orders.push(order);
    }
    order.push({ sku, quantity, unitPrice });
  }
  return orders.map((items, index) => ({
    orderId: uuidv5(`${first.invoice}/${index + 1}${variant}`, orderNamespace),
    customerId: first.customerId,
    country: first.country,
    items,
    expectedToFail: items.some((item) => short.has(item.sku)),
  }));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
