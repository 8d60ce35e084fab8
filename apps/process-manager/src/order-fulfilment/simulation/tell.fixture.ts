import { faultsAtAnyMoment, faultsAtRest } from '../../books/faults-in-books.fixture';
import type { Act, FulfilmentWorld } from './fulfilment-world.fixture';

/** Which of the possible acts is next. */
export type Schedule = (acts: readonly Act[]) => Act;

/** As soon as can be, oldest first; people come last, when nothing else is left to do. */
export const inOrder: Schedule = (acts) => acts[0]!;

/** People at once, then what was made last: commands overtake each other, events of goods come before those of money. */
export const lastFirst: Schedule = (acts) => acts.at(-1)!;

const maxActs = 2_000;

/** Lets a world go on until nothing happens any more, and returns the first faults that its books show. */
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
