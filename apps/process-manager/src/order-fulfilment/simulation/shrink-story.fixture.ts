import type { WorldPlan } from './fulfilment-world.fixture';
import type { OrderPlan } from './people.fixture';
import type { SimulatedStory } from './simulated-story.fixture';

const undisturbed = 0x0fff_ffff;

/**
 * A simpler story that fails as well: without the orders, lines, cards and decisions that the failure does not need.
 * Tries at most `budget` stories.
 */
export async function shrinkStory(
  story: SimulatedStory,
  fails: (story: SimulatedStory) => Promise<boolean>,
  budget = 3_000,
): Promise<SimulatedStory> {
  let [smallest, tries, isSimpler] = [story, 0, true];
  while (isSimpler && tries < budget) {
    isSimpler = false;
    for (const simpler of [...simplerPlans(smallest.plan), ...simplerDecisions(smallest.decisions)]) {
      tries += 1;
      const candidate = { ...smallest, ...simpler };
      if (tries <= budget && (await fails(candidate))) {
        smallest = candidate;
        isSimpler = true;
        break;
      }
    }
  }
  return smallest;
}

function* simplerPlans(plan: WorldPlan): Generator<Pick<SimulatedStory, 'plan'>> {
  for (const [index, order] of plan.orders.entries()) {
    const others = plan.orders.filter((other) => other !== order);
    if (others.length > 0) {
      yield { plan: { ...plan, orders: others } };
    }
    for (const simpler of simplerOrders(order)) {
      yield { plan: { ...plan, orders: plan.orders.with(index, simpler) } };
    }
  }
}

function* simplerOrders(order: OrderPlan): Generator<OrderPlan> {
  const { lines, cardTokens, cancellation } = order;
  for (const line of lines.length > 1 ? lines : []) {
    yield { ...order, lines: lines.filter((other) => other !== line) };
  }
  if (cardTokens.length > 1) {
    yield { ...order, cardTokens: cardTokens.slice(0, 1) };
    yield { ...order, cardTokens: cardTokens.slice(1) };
  }
  for (const [index, token] of cardTokens.entries()) {
    if (token !== 'tok_ok') {
      yield { ...order, cardTokens: cardTokens.with(index, 'tok_ok') };
    }
  }
  if (cancellation !== 'never') {
    yield { ...order, cancellation: 'never' };
  }
}

/** First fewer decisions, then more zeros among them, then fewer disturbances. */
function* simplerDecisions(decisions: readonly number[]): Generator<Pick<SimulatedStory, 'decisions'>> {
  for (let size = decisions.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = decisions.length - size; start >= 0; start -= size) {
      yield { decisions: decisions.toSpliced(start, size) };
    }
  }
  for (let size = decisions.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start + size <= decisions.length; start += size) {
      if (decisions.slice(start, start + size).some((decision) => decision !== 0)) {
        yield {
          decisions: decisions.map((decision, at) => (at >= start && at < start + size ? 0 : decision)),
        };
      }
    }
  }
  for (const [index, decision] of decisions.entries()) {
    if (decision > undisturbed) {
      yield { decisions: decisions.with(index, decision & undisturbed) };
    }
  }
}
