import type { Wait } from '@tidemark/kernel';
import { scopedLogger } from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';

export interface WhenAvailableOptions {
  /** The name of the dependency in the log. */
  readonly what: string;
  /** Whether the attempt may still succeed after this error, without a restart with other settings. */
  readonly isPassing: (error: unknown) => boolean;
  /** How long it repeats the attempt; without end by default. */
  readonly timeoutMs?: number | undefined;
  /** 500 by default. */
  readonly lookAgainMs?: number;
}

/**
 * Repeats the attempt until it succeeds, and resolves to its result: a container often starts before its database. The
 * reason for waiting is logged whenever it changes.
 *
 * @throws the attempt's error, if `isPassing` returns false for it or `timeoutMs` are over
 */
export async function whenAvailable<Result>(
  attempt: () => Promise<Result>,
  { what, isPassing, timeoutMs = Infinity, lookAgainMs = 500 }: WhenAvailableOptions,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  for (let told: string | undefined; ; await delay(lookAgainMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || performance.now() >= deadline) {
        throw error;
      }
      const reason = reasonOf(error);
      if (reason !== told) {
        scopedLogger('Start').warn({ err: error }, `waiting for ${what}`);
        told = reason;
      }
    }
  }
}

/** A start that fails `startTimeoutMs` after its first attempt; 30,000 by default. */
export function waitAtMost(startTimeoutMs = 30_000): Wait {
  return (attempt, options) => whenAvailable(attempt, { ...options, timeoutMs: startTimeoutMs });
}

/**
 * The messages of all parts of an error. An error of several attempts, such as for a host with two addresses, has an
 * empty message. Our own faults always have the same message.
 */
function reasonOf(error: unknown): string {
  const { message, code, cause, errors } = (error ?? {}) as {
    readonly message?: string;
    readonly code?: unknown;
    readonly cause?: unknown;
    readonly errors?: readonly unknown[];
  };
  const behind = [...(cause === undefined ? [] : [cause]), ...(errors ?? [])];
  return [message, code, ...behind.map(reasonOf)].join(' ');
}
