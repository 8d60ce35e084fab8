import type { WorldPlan } from './fulfilment-world.fixture';
import type { OrderPlan } from './people.fixture';

const lines = [
  { productId: 'A', quantity: 2 },
  { productId: 'B', quantity: 1 },
];

function story(
  stock: number,
  cardTokens: readonly string[],
  cancellation: OrderPlan['cancellation'] = 'never',
) {
  return { stock: { A: 5, B: stock }, orders: [{ lines, cardTokens, cancellation }] } satisfies WorldPlan;
}

/** Stories of one order with two lines, each played to its end. */
export const shortStories: Readonly<Record<string, WorldPlan>> = {
  fulfilled: story(5, ['tok_ok']),
  'out of stock': story(0, ['tok_ok']),
  'declined, then paid': story(5, ['tok_declined', 'tok_ok']),
  'charged without an answer': story(0, ['tok_charged_then_timeout']),
  'captured too late': story(5, ['tok_slow']),
  'captured too late, beside another payment': story(5, ['tok_slow', 'tok_ok']),
  'a refund that fails once': story(0, ['tok_refund_fails_once']),
  'a refund that fails for good': story(0, ['tok_refund_fails']),
  'cancelled at any time': story(5, ['tok_ok'], 'any_time'),
  'cancelled once the shipment is made': story(5, ['tok_ok'], 'once_shipment_made'),
};
