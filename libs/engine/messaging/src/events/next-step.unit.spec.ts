import * as fc from 'fast-check';
import { nextStep } from './next-step';

const at = (...positions: number[]) => positions.map((position) => ({ position }));
const positions = (items: readonly { position: number }[]) => items.map((item) => item.position);

describe('nextStep', () => {
  it('applies the next events, drops applied events, and keeps events beyond a hole', () => {
    const step = nextStep(3, at(2, 4, 5, 5, 7), 10);
    expect(positions(step.duplicates)).toEqual([2, 5]);
    expect(positions(step.apply)).toEqual([4, 5]);
    expect(positions(step.waiting)).toEqual([7]);
    expect(step.missingUpTo).toBeUndefined();
  });

  it('names the gap when nothing can be applied', () => {
    const step = nextStep(3, at(9, 6), 10);
    expect(step.apply).toEqual([]);
    expect(positions(step.waiting)).toEqual([6, 9]);
    expect(step.missingUpTo).toBe(6);
  });

  it('applies no more than a batch at a time', () => {
    const step = nextStep(0, at(1, 2, 3, 4), 3);
    expect(positions(step.apply)).toEqual([1, 2, 3]);
    expect(positions(step.waiting)).toEqual([4]);
  });

  it('has nothing to do without deliveries', () => {
    expect(nextStep(3, [], 10)).toEqual({ duplicates: [], apply: [], waiting: [] });
  });

  it('applies every position once and in order, even if messages are lost, repeated and shuffled', () => {
    const head = 40;
    const arrivals = fc.array(fc.array(fc.integer({ min: 1, max: head }), { maxLength: 12 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 7 }), (rounds, maxBatch) => {
        const applied: number[] = [];
        const acknowledged: object[] = [];
        let inbox: { position: number }[] = [];
        const delivered: object[] = [];
        const last = () => applied.at(-1) ?? 0;

        const work = () => {
          for (;;) {
            const step = nextStep(last(), inbox, maxBatch);
            acknowledged.push(...step.duplicates, ...step.apply);
            inbox = [...step.waiting];
            applied.push(...positions(step.apply));
            if (step.missingUpTo !== undefined) {
              // The log has everything, up to and including the event that waits.
              for (let position = last() + 1; position <= step.missingUpTo; position += 1) {
                applied.push(position);
              }
            } else if (step.apply.length === 0) {
              return;
            }
          }
        };
        for (const round of rounds) {
          const deliveries = at(...round);
          delivered.push(...deliveries);
          inbox.push(...deliveries);
          work();
        }

        expect(applied).toEqual(Array.from({ length: applied.length }, (_, index) => index + 1));
        expect(last()).toBe(Math.max(0, ...rounds.flat()));
        expect(new Set(acknowledged)).toEqual(new Set(delivered));
        expect(acknowledged).toHaveLength(delivered.length);
      }),
    );
  });
});
