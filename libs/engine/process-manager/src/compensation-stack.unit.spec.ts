import fc from 'fast-check';
import {
  completeCompensation,
  dropAllCompensations,
  dropCompensation,
  owesCompensation,
  pushCompensation,
  pushCompensationBelow,
  unwindCompensations,
  type CompensationStack,
} from './compensation-stack';

const shown = (stack: CompensationStack) =>
  stack.map(({ stage, subject, status }) => `${stage}:${subject} ${status}`);

describe('the compensation stack', () => {
  const stack = pushCompensation(pushCompensation([], 'refund', 'p'), 'release', 'A', 'B');

  it('undoes the last stage first, all its compensations at once', () => {
    const { stage, started, stack: after } = unwindCompensations(stack);
    expect(stage).toBe('release');
    expect(started.map(({ subject }) => subject)).toEqual(['A', 'B']);
    expect(shown(after)).toEqual(['refund:p ARMED', 'release:A RUNNING', 'release:B RUNNING']);
  });

  it('starts no stage before the one above it is complete', () => {
    const running = unwindCompensations(stack).stack;
    const half = completeCompensation(running, 'release', 'A');
    expect(unwindCompensations(half)).toEqual({ stack: half, stage: 'release', started: [] });
    const whole = completeCompensation(half, 'release', 'B');
    expect(unwindCompensations(whole)).toMatchObject({ stage: 'refund', started: [{ subject: 'p' }] });
  });

  it('undoes a compensation that was pushed below last', () => {
    const below = pushCompensationBelow(stack, 'cancel', 'o');
    expect(shown(below)[0]).toBe('cancel:o ARMED');
  });

  it('does not undo dropped compensations, and owes nothing once all are done or dropped', () => {
    const dropped = dropCompensation(stack, 'release', 'A');
    expect(unwindCompensations(dropped).started.map(({ subject }) => subject)).toEqual(['B']);
    expect(owesCompensation(dropped)).toBe(true);
    expect(owesCompensation(dropAllCompensations(stack))).toBe(false);
    expect(unwindCompensations(dropAllCompensations(stack))).not.toHaveProperty('stage');
  });

  it('never changes a final compensation', () => {
    const done = completeCompensation(unwindCompensations(stack).stack, 'release', 'A');
    expect(dropAllCompensations(done)[1]).toMatchObject({ status: 'DONE' });
    const dropped = dropAllCompensations(stack);
    expect(completeCompensation(dropped, 'release', 'A')).toEqual(dropped);
  });

  it('unwinds any stack in reverse, and then owes nothing', () => {
    const stages = fc.array(fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), { minLength: 1 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(stages, (pushed) => {
        let current = pushed.reduce<CompensationStack>(
          (built, subjects, index) => pushCompensation(built, `stage-${index}`, ...subjects),
          [],
        );
        const order: string[] = [];
        for (;;) {
          const unwinding = unwindCompensations(current);
          if (unwinding.stage === undefined) {
            break;
          }
          order.push(unwinding.stage);
          current = unwinding.started.reduce<CompensationStack>(
            (rest, { stage, subject }) => completeCompensation(rest, stage, subject),
            unwinding.stack,
          );
        }
        expect(order).toEqual(pushed.map((_, index) => `stage-${index}`).reverse());
        expect(owesCompensation(current)).toBe(false);
      }),
    );
  });
});
