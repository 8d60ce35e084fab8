import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';

export interface WhenThereOptions {
  /** The name of the dependency in the log. */
  readonly what: string;
  /** Whether the attempt may still succeed after this error, without a restart with other settings. */
  readonly isPassing: (error: unknown) => boolean;
  /** 500 by default. */
  readonly lookAgainMs?: number;
}

/**
 * Repeats the attempt until it succeeds, and resolves to its result. It is meant for providers that a service can't be
 * created without. The reason for waiting is logged whenever it changes.
 *
 * @throws the attempt's error, if `isPassing` returns false for it
 */
export async function whenThere<Result>(
  attempt: () => Promise<Result>,
  { what, isPassing, lookAgainMs = 500 }: WhenThereOptions,
): Promise<Result> {
  for (let told: string | undefined; ; await delay(lookAgainMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
      const reason = reasonOf(error);
      if (reason !== told) {
        new Logger('Start').warn({ err: error }, `waiting for ${what}`);
        told = reason;
      }
    }
  }
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
