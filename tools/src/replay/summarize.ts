import type { ReplayPlan } from './plan-replay';
import { skipReasons } from './retail-row';
import type { Kept, ReplayedOrder } from './run-replay';

/** What a replay was to do, and what it found and did. */
export interface ReplayOutcome {
  readonly plan: ReplayPlan;
  readonly orders: readonly ReplayedOrder[];
  readonly kept: readonly Kept[];
}

const mostNamed = 3;

const pounds = (minorUnits: number): string =>
  (minorUnits / 100).toLocaleString('en-GB', { style: 'currency', currency: 'GBP' });

/** The report for people at the end of a replay. */
export function summarize({ plan, orders, kept }: ReplayOutcome, seconds: number): string {
  const statuses = [...new Set(orders.map((order) => order.status))].sort();
  const unexpected = orders.filter((order) => !order.asExpected);
  const lines = [
    ['rows', String(plan.rows)],
    ...skipReasons.map((reason) => [`  skipped: ${reason}`, String(plan.skipped[reason])]),
    ['invoices', String(plan.invoices)],
    ['customers', String(plan.customers.length)],
    ...leftAlone(kept, 'customer'),
    ['products', String(plan.products.length)],
    ...leftAlone(kept, 'product'),
    ['orders', String(plan.orders.length)],
    ...leftAlone(kept, 'order'),
    ...statuses.map((status) => {
      const those = orders.filter((order) => order.status === status);
      const sum = those.reduce((total, order) => total + order.amount, 0);
      return [`  ${status}`, `${those.length}  ${pounds(sum)}`];
    }),
    ['seconds', seconds.toFixed(1)],
    ['orders per second', (orders.length / seconds).toFixed(1)],
    ...unexpected.map((order) => ['unexpected end', `${order.orderId} ${order.status}`]),
  ] as [string, string][];
  return lines.map(([name, value]) => `${name.padEnd(38)} ${value}`).join('\n');
}

/** At most one line. Without it, a reader would take the catalogue's prices for those of the file. */
function leftAlone(kept: readonly Kept[], kind: Kept['kind']): [string, string][] {
  const ids = kept.filter((thing) => thing.kind === kind).map(({ id }) => id);
  const named = ids.slice(0, mostNamed).join(', ');
  const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '';
  return ids.length === 0 ? [] : [['  there already, left as it was', `${named}${more}`]];
}
