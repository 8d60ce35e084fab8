import fc from 'fast-check';
import { deepStrictEqual } from 'node:assert';
import { faultsAtAnyMoment } from '../../books/faults-in-books.fixture';
import { recorded, replay, type RecordedStep } from '../histories/recorded-history.fixture';
import { orderFulfilment } from '../order-fulfilment';
import { FulfilmentWorld, type WorldPlan } from './fulfilment-world.fixture';
import type { OrderPlan } from './people.fixture';
import { inOrder, tell } from './tell.fixture';

const products = ['A', 'B', 'C'] as const;
const cards = [
  'tok_ok',
  'tok_declined',
  'tok_slow',
  'tok_charged_then_timeout',
  'tok_refund_fails_once',
  'tok_refund_fails',
] as const;

const orders: fc.Arbitrary<OrderPlan> = fc.record({
  lines: fc.uniqueArray(
    fc.record({ productId: fc.constantFrom(...products), quantity: fc.integer({ min: 1, max: 3 }) }),
    { minLength: 1, maxLength: 3, selector: ({ productId }) => productId },
  ),
  cardTokens: fc.array(fc.constantFrom('tok_ok', 'tok_ok', ...cards), { minLength: 1, maxLength: 2 }),
  cancellation: fc.constantFrom('never', 'any_time', 'once_shipment_made'),
});

/** Mostly enough stock for all orders. */
const pieces = fc.constantFrom(6, 6, 6, 4, 2, 0);

const plans: fc.Arbitrary<WorldPlan> = fc.record({
  stock: fc.record({ A: pieces, B: pieces, C: pieces }),
  orders: fc.array(orders, { minLength: 1, maxLength: 2 }),
});

/** The next step: one of the possible acts, perhaps after a disturbance. */
const choices = fc.array(
  fc.record({
    act: fc.nat(1_000),
    disturbance: fc.option(fc.nat(1_000), { freq: 3 }),
    intervention: fc.oneof(
      { weight: 60, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.nat(1_000) },
    ),
  }),
  { minLength: 200, maxLength: 200, size: 'max' },
);

const met = new Set<string>();

function note(world: FulfilmentWorld): void {
  const { log, paidBackByHand } = world.evidence();
  if (paidBackByHand!.length > 0) {
    met.add('paid back by hand');
  }
  for (const { type, data } of log) {
    met.add(type);
    if (type === 'PaymentRefunded') {
      met.add(data.reason);
    }
  }
}

function expectTheSameOfEventsThatComeTwice(world: FulfilmentWorld): void {
  const told: RecordedStep['on'][] = world.toldFirst().map(recorded);
  const twice = told.flatMap((on): typeof told => ('event' in on ? [on, on] : [on]));
  const asked = (inputs: typeof told) => replay(orderFulfilment(), inputs).flatMap(({ asks }) => asks);
  expect(asked(twice)).toEqual(asked(told));
}

describe('the fulfilment in any order of events, with crashes, duplicates, losses and delays', () => {
  it('keeps money and goods together at every moment, and always ends', () => {
    fc.assert(
      fc.property(plans, choices, (plan, script) => {
        const world = new FulfilmentWorld(plan);
        for (const { act, disturbance, intervention } of script) {
          if (intervention !== null) {
            pick(world.interventions(), intervention)();
          }
          if (disturbance !== null) {
            pick(world.disturbances(), disturbance)();
          }
          const acts = world.possibleActs();
          if (acts.length === 0 && !world.passTime()) {
            break;
          }
          if (acts.length > 0) {
            pick(acts, act)();
          }
          const evidence = world.evidence();
          // Kept simple, because it runs after each of a hundred thousand steps.
          deepStrictEqual(faultsAtAnyMoment(evidence), []);
          evidence.fulfilments.forEach((state) => met.add(state));
        }
        expect(tell(world, inOrder)).toEqual([]);
        expect(world.writeSide.unanswered).toEqual([]);
        expectTheSameOfEventsThatComeTwice(world);
        note(world);
      }),
      { numRuns: 1_000, seed: 20_101_201 },
    );
  });

  it('really met each of the rare outcomes', () => {
    const rare = [
      'COMPENSATED',
      'FULFILLED',
      'InventoryReleased',
      'InventoryReservationFailed',
      'OrderCancellationRejected',
      'OrderPaymentRejected',
      'PARKED',
      'PaymentFailed',
      'PaymentRefundFailed',
      'PaymentRefunded',
      'ShipmentCancellationRejected',
      'ShipmentCancelled',
      'cancelled_by_shop',
      'captured_too_late',
      'paid back by hand',
    ];
    expect(rare.filter((end) => !met.has(end))).toEqual([]);
  });
});

function pick(acts: readonly (() => void)[], choice: number): () => void {
  return acts[choice % acts.length]!;
}
