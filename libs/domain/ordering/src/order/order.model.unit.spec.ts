import { addMoney, money } from '@tidemark/kernel/money';
import { Subject } from '@tidemark/kernel/testing';
import fc from 'fast-check';
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { lifeSteps, pay } from './life-steps.fixture';
import { addItem, changeAddress, create, removeItem } from './line-steps.fixture';
import { order, type OrderState } from './order';
import type { OrderModel } from './order-model.fixture';
import { lantern, requested } from './order.fixture';
import { statusAfter } from './status-after';

const sku = fc.constantFrom(...'ABCDEFGHIJKL');
const price = fc.oneof(
  { weight: 30, arbitrary: fc.nat(1_000).map((amount) => money(amount, 'GBP')) },
  { weight: 1, arbitrary: fc.constant(money(1, 'EUR')) },
);
const product = fc.oneof(
  { weight: 30, arbitrary: price.map((of) => ({ ...lantern, price: of })) },
  { weight: 1, arbitrary: fc.constant({ ...lantern, status: 'DISCONTINUED' as const }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const line = fc
  .record({
    sku,
    quantity: fc.integer({ min: 1, max: 20 }),
    available: fc.integer({ min: 15, max: 20 }),
    product,
  })
  .map(({ sku, ...rest }) => requested(sku, rest));

const paymentId = fc.constantFrom(
  '0192f0c1-0000-7000-8000-00000000000a',
  '0192f0c1-0000-7000-8000-00000000000b',
);
const steps = [
  fc.tuple(fc.array(line, { maxLength: 11 }), fc.boolean()).map(([lines, known]) => create(lines, known)),
  line.map(addItem),
  sku.map(removeItem),
  fc.tuple(paymentId, fc.boolean()).map(([id, exact]) => pay(id, exact)),
  ...[changeAddress, ...lifeSteps].map((one) => fc.constant(one)),
];

/** The only allowed changes of status. */
const mayBecome: Record<OrderState['status'], readonly OrderState['status'][]> = {
  ABSENT: ['ABSENT', 'PENDING'],
  PENDING: ['PENDING', 'PAID', 'CANCELLED'],
  PAID: ['PAID', 'SHIPPED', 'CANCELLED'],
  SHIPPED: ['SHIPPED', 'DELIVERED'],
  DELIVERED: ['DELIVERED'],
  CANCELLED: ['CANCELLED'],
};

/** Plain assertions, because they come after each of tens of thousands of events. */
function expectRules(state: OrderState, before: OrderState): void {
  ok(mayBecome[before.status].includes(state.status), `${before.status} became ${state.status}`);
  if (state.status === 'ABSENT') {
    return;
  }
  const { lines, total } = state;
  ok(lines.length >= 1 && lines.length <= 10, `${lines.length} lines`);
  strictEqual(new Set(lines.map((one) => one.productId)).size, lines.length);
  strictEqual(new Set(lines.map((one) => one.unitPrice.currency)).size, 1);
  deepStrictEqual(lines.map((one) => one.totalPrice).reduce(addMoney), total);
}

test('an order answers any commands as the model does, and its rules hold after every event', () => {
  const reached = new Set<OrderState['status']>();
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) => {
      const model: OrderModel = { status: 'ABSENT', lines: [] };
      const subject = new Subject(order, (state, before, event) => {
        expectRules(state, before);
        strictEqual(statusAfter(event.type) ?? before.status, state.status);
        reached.add(state.status);
      });
      fc.modelRun(() => ({ model, real: subject }), commands);
      expect(subject.state.status).toBe(model.status);
      if (subject.state.status !== 'ABSENT') {
        expect(subject.state.total.amount).toBe(model.lines.reduce((sum, { amount }) => sum + amount, 0));
      }
    }),
    // The seed keeps the coverage of the runs independent of chance.
    { numRuns: 1_000, seed: 1_834 },
  );
  // Runs that refuse most commands prove little.
  expect([...reached].sort()).toEqual(['ABSENT', 'CANCELLED', 'DELIVERED', 'PAID', 'PENDING', 'SHIPPED']);
});
