import { faultsAtAnyMoment, faultsAtRest } from '../../books/faults-in-books.fixture';
import type { Act, FulfilmentWorld } from './fulfilment-world.fixture';

/** Chooses the next of the possible acts. */
export type Schedule = (acts: readonly Act[]) => Act;

/** Chooses the oldest work first. People act only when no other work is left. */
export const inOrder: Schedule = (acts) => acts[0]!;

/**
 * Chooses people's acts first, and then the newest work, so commands overtake each other, and events of goods arrive
 * before those of money.
 */
export const lastFirst: Schedule = (acts) => acts.at(-1)!;

const maxActs = 2_000;

/** Runs a world until nothing more happens, and returns the first faults in its books. */
export function tell(world: FulfilmentWorld, schedule: Schedule): string[] {
  let seen = '';
  for (let count = 0; count < maxActs; count += 1) {
    const acts = world.possibleActs();
    if (acts.length === 0) {
      if (!world.passTime()) {
        return faultsAtRest(world.evidence());
      }
      continue;
    }
    schedule(acts)();
    const evidence = world.evidence();
    const { log, ledger, fulfilments } = evidence;
    const size = [log.length, ledger.length, ...fulfilments.values()].join(' ');
    const faults = size === seen ? [] : faultsAtAnyMoment(evidence);
    if (faults.length > 0) {
      return faults;
    }
    seen = size;
  }
  return ['it does not come to an end', ...faultsAtRest(world.evidence())];
}
