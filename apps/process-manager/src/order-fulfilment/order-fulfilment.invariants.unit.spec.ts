import type { EventEnvelope } from '@tidemark/kernel';
import fc from 'fast-check';
import { FulfilmentWorld, type OrderPlan, type WorldPlan } from './fulfilment-world.fixture';

const products = ['A', 'B', 'C'] as const;

const orders: fc.Arbitrary<OrderPlan> = fc.record({
  lines: fc
    .uniqueArray(
      fc.record({ productId: fc.constantFrom(...products), quantity: fc.integer({ min: 1, max: 3 }) }),
      {
        minLength: 1,
        maxLength: 3,
        selector: ({ productId }) => productId,
      },
    )
    .map((lines) => lines),
  cardTokens: fc.array(fc.constantFrom('tok_ok', 'tok_ok', 'tok_declined'), { minLength: 1, maxLength: 2 }),
  cancellation: fc.constantFrom('never', 'any_time', 'once_shipment_made'),
});

/** Mostly enough for all. */
const pieces = fc.constantFrom(6, 6, 6, 4, 2, 0);

const plans: fc.Arbitrary<WorldPlan> = fc.record({
  stock: fc.record({ A: pieces, B: pieces, C: pieces }),
  orders: fc.array(orders, { minLength: 1, maxLength: 2 }),
});

/** What happens next: which of the possible acts, and whether something disturbs first. */
const choices = fc.array(
  fc.record({ act: fc.nat(1_000), disturbance: fc.option(fc.nat(1_000), { freq: 3 }) }),
  {
    minLength: 300,
    maxLength: 300,
    size: 'max',
  },
);

/** Independent of the system but for the event contracts: adds up the log. */
function accountOf(log: readonly EventEnvelope[], orderId: string) {
  const account = { captured: 0, refunded: 0, reserved: 0, shipped: 0, released: 0, orderStatus: 'PENDING' };
  const quantityOf = (data: unknown) => (data as { quantity: number }).quantity;
  const amountOf = (data: unknown) => (data as { amount: { amount: number } }).amount.amount;
  for (const { type, data } of log) {
    if ((data as { orderId?: string }).orderId !== orderId) {
      continue;
    }
    switch (type) {
      case 'PaymentCaptured':
        account.captured += amountOf(data);
        break;
      case 'PaymentRefunded':
        account.refunded += amountOf(data);
        break;
      case 'InventoryReserved':
        account.reserved += quantityOf(data);
        break;
      case 'ReservedInventoryShipped':
        account.shipped += quantityOf(data);
        break;
      case 'InventoryReleased':
        account.released += quantityOf(data);
        break;
      case 'OrderPaid':
      case 'OrderShipped':
      case 'OrderDelivered':
      case 'OrderCancelled':
        account.orderStatus = type.slice('Order'.length).toUpperCase();
        break;
      default:
    }
  }
  return account;
}

/** What a final fulfilment must have left behind. */
function expectSettled(world: FulfilmentWorld, orderId: string): void {
  const account = accountOf(world.writeSide.log, orderId);
  const { stateOf } = world.writeSide;
  const total = (() => {
    const order = stateOf('Order', orderId);
    return order.status === 'ABSENT' ? 0 : order.total.amount;
  })();
  switch (world.statusOf(orderId)) {
    case 'FULFILLED':
      expect(account).toMatchObject({ orderStatus: 'DELIVERED', released: 0 });
      expect(account.captured - account.refunded).toBe(total);
      expect(account.shipped).toBe(account.reserved);
      expect(account.shipped).toBeGreaterThan(0);
      break;
    case 'COMPENSATED':
      expect(['PENDING', 'CANCELLED']).toContain(account.orderStatus);
      expect(account.refunded).toBe(account.captured);
      expect(account.shipped).toBe(0);
      expect(account.released).toBe(account.reserved);
      break;
    default:
  }
}

const met = new Set<string>();

function note(world: FulfilmentWorld): void {
  world.orderIds.forEach((orderId) => met.add(world.statusOf(orderId)));
  for (const { type, data } of world.writeSide.log) {
    met.add(type);
    if (type === 'PaymentRefunded' && (data as { reason: string }).reason === 'captured_too_late') {
      met.add('late capture');
    }
  }
}

describe('the fulfilment in any order of events, with crashes, duplicates and delays', () => {
  it('keeps money and goods together at every moment, and comes to an end', () => {
    fc.assert(
      fc.property(plans, choices, (plan, script) => {
        const world = new FulfilmentWorld(plan);
        for (const { act, disturbance } of script) {
          if (disturbance !== null) {
            pick(world.disturbances(), disturbance)();
          }
          const acts = world.possibleActs();
          if (acts.length === 0) {
            break;
          }
          pick(acts, act)();
          world.orderIds.forEach((orderId) => expectSettled(world, orderId));
        }
        note(world);
        expect(world.possibleActs()).toEqual([]);
        for (const orderId of world.orderIds) {
          expect(['FULFILLED', 'COMPENSATED', 'NONE']).toContain(world.statusOf(orderId));
        }
        for (const productId of products) {
          const { reserved, onHand } = world.writeSide.stateOf('StockItem', productId);
          const shipped = world.orderIds
            .filter((orderId) => world.statusOf(orderId) === 'FULFILLED')
            .reduce((sum, orderId) => sum + quantityIn(plan, world, orderId, productId), 0);
          expect({ reserved, onHand }).toEqual({ reserved: 0, onHand: plan.stock[productId]! - shipped });
        }
      }),
      { numRuns: 1_000, seed: 20_101_201 },
    );
  });

  it('really met the ends that it is about', () => {
    const rare = [
      'COMPENSATED',
      'FULFILLED',
      'InventoryReleased',
      'InventoryReservationFailed',
      'OrderCancellationRejected',
      'OrderPaymentRejected',
      'PaymentFailed',
      'PaymentRefunded',
      'ShipmentCancellationRejected',
      'ShipmentCancelled',
      'late capture',
    ];
    expect(rare.filter((end) => !met.has(end))).toEqual([]);
  });
});

function pick(acts: readonly (() => void)[], choice: number): () => void {
  return acts[choice % acts.length]!;
}

function quantityIn(plan: WorldPlan, world: FulfilmentWorld, orderId: string, productId: string): number {
  const { lines } = plan.orders[world.orderIds.indexOf(orderId)]!;
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}
