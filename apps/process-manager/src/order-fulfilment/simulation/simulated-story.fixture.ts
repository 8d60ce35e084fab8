import type { WorldPlan } from './fulfilment-world.fixture';
import { InterleavedWorld, type InterleavedOptions } from './interleaved-world.fixture';
import type { OrderPlan } from './people.fixture';

/** A plan, and a number for each step that decides what happens next. After the last number, every step has 0. */
export interface SimulatedStory {
  readonly plan: WorldPlan;
  readonly decisions: readonly number[];
}

export interface StoryResult {
  /** Empty when every rule held, at every moment and at the end. */
  readonly faults: readonly string[];
  /** Steps until the end, or until the first fault. */
  readonly steps: number;
}

const maxDecisions = 160;
const maxSteps = 4_000;

const products = ['A', 'B', 'C'];
const pieces = [6, 6, 6, 4, 2, 0];
const cards = [
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_declined',
  'tok_slow',
  'tok_charged_then_timeout',
  'tok_refund_fails_once',
  'tok_refund_fails',
];
const cancellations: readonly OrderPlan['cancellation'][] = ['never', 'any_time', 'once_shipment_made'];

/** The same seed makes the same story, on every machine. */
export function storyOf(seed: number): SimulatedStory {
  const next = mulberry32(seed);
  const below = (count: number) => next() % count;
  const of = <Item>(items: readonly Item[]) => items[below(items.length)]!;
  const order = (): OrderPlan => ({
    lines: products.slice(below(products.length)).map((productId) => ({ productId, quantity: 1 + below(3) })),
    cardTokens: Array.from({ length: 1 + below(2) }, () => of(cards)),
    cancellation: of(cancellations),
  });
  const plan = {
    stock: Object.fromEntries(products.map((productId) => [productId, of(pieces)])),
    orders: Array.from({ length: 1 + below(2) }, order),
  };
  return { plan, decisions: Array.from({ length: below(maxDecisions) }, next) };
}

/**
 * Runs the story to its end, or to its first fault. `hear` is called after each step; `isUnusual`: the step was not the
 * work that had waited longest.
 */
export async function tellStory(
  { plan, decisions }: SimulatedStory,
  options: InterleavedOptions = {},
  hear?: (happened: readonly string[], isUnusual: boolean) => void,
): Promise<StoryResult> {
  const world = new InterleavedWorld(plan, options);
  for (let steps = 0; steps < maxSteps; steps += 1) {
    const decision = decisions[steps] ?? 0;
    const happened = world.step(decision);
    const settling = world.settled();
    // A step that only starts work or has no promise is done at once, and `await` would cost more than the step.
    if (settling) {
      await settling;
    }
    hear?.(happened, decision !== 0);
    if (world.faults.length > 0) {
      return { faults: world.faults, steps: steps + 1 };
    }
    if (happened.length === 0) {
      world.auditAtRest();
      return { faults: world.faults, steps };
    }
  }
  return { faults: ['it does not come to an end'], steps: maxSteps };
}

/** Pseudo-random numbers of 32 bits (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
