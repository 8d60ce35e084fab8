import fc from 'fast-check';
import { marked, opened, renamed, weatherChanged, type BoardEvent } from './board.fixture';

const card = fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5');
const owner = fc.constantFrom('Ada', 'Bob');
const action = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('card' as const), card, fc.integer({ min: 1, max: 99 })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('rename' as const), owner, fc.constantFrom('A.', 'B.', 'C.')),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('weather' as const)) },
);

/**
 * Events as the domain could have written them: the first event on a card opens it. `c1` and `c2` are Ada's, the others
 * Bob's.
 */
export const boardEvents: fc.Arbitrary<readonly BoardEvent[]> = fc
  .array(action, { minLength: 1, maxLength: 40 })
  .map((actions) => {
    const seen = new Set<string>();
    return actions.map((chosen): BoardEvent => {
      if (chosen[0] === 'weather') {
        return weatherChanged;
      }
      if (chosen[0] === 'rename') {
        return renamed(chosen[1], chosen[2]);
      }
      const [, id, mark] = chosen;
      const of = id < 'c3' ? 'Ada' : 'Bob';
      const isNew = !seen.has(id);
      seen.add(id);
      return isNew ? opened(id, of) : marked(id, of, mark);
    });
  });
