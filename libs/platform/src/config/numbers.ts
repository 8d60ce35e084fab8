import { z } from 'zod';

interface Bounds {
  readonly default: number;
  /** Inclusive. */
  readonly min?: number;
  /** Inclusive. */
  readonly max?: number;
}

/** A whole number, by default at least 1. */
export function count(bounds: Bounds) {
  return wholeNumber('a whole number', '', { min: 1, max: Number.MAX_SAFE_INTEGER, ...bounds });
}

/** A duration in milliseconds, by default at most a day. Name the variable `…_MS`. */
export function durationMs(bounds: Bounds) {
  return wholeNumber('a number of milliseconds', ' ms', { min: 0, max: 86_400_000, ...bounds });
}

function wholeNumber(what: string, unit: string, { default: byDefault, min, max }: Required<Bounds>) {
  const error = `expected ${what} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error })
    .default(byDefault)
    .meta({ values: max === Number.MAX_SAFE_INTEGER ? `at least ${min}${unit}` : `${min} to ${max}${unit}` });
}
