import type { ReplayPlan } from './plan-replay';
import { skipReasons } from './retail-row';
import type { ReplayedOrder } from './run-replay';

const pounds = (minorUnits: number): string =>
  (minorUnits / 100).toLocaleString('en-GB', { style: 'currency', currency: 'GBP' });

/** The report for people at the end of a replay. */
export function summarize(plan: ReplayPlan, orders: readonly ReplayedOrder[], seconds: number): string {
  const statuses = [...new Set(orders.map((order) => order.status))].sort();
  const unexpected = orders.filter((order) => !order.asExpected);
  const lines = [
    ['rows', String(plan.rows)],
    ...skipReasons.map((reason) => [`  skipped: ${reason}`, String(plan.skipped[reason])]),
    ['invoices', String(plan.invoices)],
    ['customers', String(plan.customers.length)],
    ['products', String(plan.products.length)],
    ['orders', String(plan.orders.length)],
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
