import type { ProjectedDocument } from '../projection';
import { isDeepStrictEqual } from 'node:util';

/**
 * `missing`: the log makes the document, but none is stored. `unexpected`: a document is stored, but the log makes
 * none.
 */
export const driftKinds = ['missing', 'unexpected', 'different'] as const;

/** A stored document that is not the fold of its events. */
export interface Drift {
  /** The generation. */
  readonly generation: string;
  readonly partition: number;
  readonly id: string;
  readonly kind: (typeof driftKinds)[number];
}

/** The fault of a stored document, if it has one. Positions are not compared. */
export function driftOf(
  stored: ProjectedDocument | undefined,
  expected: ProjectedDocument | undefined,
): Drift['kind'] | undefined {
  if (!stored || !expected) {
    return stored ? 'unexpected' : expected && 'missing';
  }
  return isDeepStrictEqual(asStored(stored), asStored(expected)) ? undefined : 'different';
}

/** As it comes back from a database: without fields that have no value, and with a zero that has no sign. */
function asStored({ position: _position, ...content }: ProjectedDocument): unknown {
  return withoutAbsent(content);
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutAbsent);
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const present = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(present.map(([name, field]) => [name, withoutAbsent(field)]));
  }
  return Object.is(value, -0) ? 0 : value;
}
