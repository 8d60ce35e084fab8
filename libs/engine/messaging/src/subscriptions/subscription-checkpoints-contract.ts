import { expect, globalRunner, type TestRunner } from '@tidemark/kernel/testing';
import { SubscriptionMovedError } from '../errors';
import type { SubscriptionCheckpoints } from './subscription-checkpoints';

/** What an adapter's spec gives to the suite: two subscriptions in one place, which is empty at first. */
export interface SubscriptionCheckpointsFixture {
  readonly checkpoints: SubscriptionCheckpoints;
  readonly other: SubscriptionCheckpoints;
}

/**
 * The contract of `SubscriptionCheckpoints`, run against every adapter from the adapter's own spec.
 *
 * @param runner the global functions by default
 */
export function describeSubscriptionCheckpoints(
  adapter: string,
  createFixture: () => Promise<SubscriptionCheckpointsFixture>,
  { describe, it, beforeEach }: TestRunner = globalRunner(),
): void {
  describe(`${adapter} as the checkpoints of a subscription`, () => {
    let checkpoints: SubscriptionCheckpoints;
    let other: SubscriptionCheckpoints;

    beforeEach(async () => {
      ({ checkpoints, other } = await createFixture());
    });

    const at = (position: number, eventId = `e${position}`) =>
      position > 0 ? { position, eventId } : { position };
    const step = (from: number, to: number, partition = 0) => ({ partition, from: at(from), to: at(to) });

    it('moves from step to step, each partition and each subscription by itself', async () => {
      expect(await checkpoints.load()).toEqual(new Map());
      await checkpoints.save(step(0, 3));
      await checkpoints.save(step(3, 4));
      await checkpoints.save(step(0, 9, 5));
      await other.save(step(0, 1));
      expect(await checkpoints.load()).toEqual(
        new Map([
          [0, at(4)],
          [5, at(9)],
        ]),
      );
      expect(await other.load()).toEqual(new Map([[0, at(1)]]));
    });

    it('remembers that nothing was done yet', async () => {
      await checkpoints.save(step(0, 0));
      expect(await checkpoints.load()).toEqual(new Map([[0, at(0)]]));
      await checkpoints.save(step(0, 2));
      expect(await checkpoints.load()).toEqual(new Map([[0, at(2)]]));
      await expect(checkpoints.save(step(0, 0))).rejects.toThrow(SubscriptionMovedError);
    });

    it('takes the same step again, and changes nothing', async () => {
      for (const [from, to] of [
        [0, 3],
        [3, 5],
      ] as const) {
        await checkpoints.save(step(from, to));
        await checkpoints.save(step(from, to));
        expect((await checkpoints.load()).get(0)).toEqual(at(to));
      }
    });

    const refusals = [
      ['from elsewhere', step(2, 4)],
      ['from the beginning, when it has begun', step(0, 4)],
      ['from another event at the same position', { ...step(3, 4), from: at(3, 'other') }],
      ['in a partition that was never saved', step(3, 4, 1)],
    ] as const;
    for (const [what, refused] of refusals) {
      it(`refuses a step ${what}`, async () => {
        await checkpoints.save(step(0, 3));
        await expect(checkpoints.save(refused)).rejects.toThrow(SubscriptionMovedError);
        expect(await checkpoints.load()).toEqual(new Map([[0, at(3)]]));
      });
    }

    it('accepts only one of two different steps from the same position', async () => {
      const outcomes = await Promise.allSettled(
        [step(0, 1), step(0, 2)].map((each) => checkpoints.save(each)),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });
  });
}
