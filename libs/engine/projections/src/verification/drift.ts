import type { ProjectedDocument } from '../projection';
import { isDeepStrictEqual } from 'node:util';
import { BSON } from 'mongodb';

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

/** The document as the database returns it, without undefined fields. */
function asStored({ position: _position, ...content }: ProjectedDocument): BSON.Document {
  return BSON.deserialize(BSON.serialize(content, { ignoreUndefined: true }));
}
