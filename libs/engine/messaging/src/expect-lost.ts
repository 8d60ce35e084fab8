import { expect } from '@tidemark/kernel/testing';
import { LeaseLostError } from './errors';

/** For contract suites: the store refuses the work, because its lease is not the latest one. */
export async function expectLost(work: Promise<unknown>): Promise<void> {
  await expect(work).rejects.toThrow(LeaseLostError);
}
