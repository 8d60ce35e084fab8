import type { ProjectedDocument } from '../projection';
import { isDeepStrictEqual } from 'node:util';
import { BSON } from 'mongodb';

/** `missing`: the log makes the document, but none is stored. `unexpected`: one is stored, but the log makes none. */
export const driftKinds = ['missing', 'unexpected', 'different'] as const;

/** A stored document that is not the fold of its events. */
export interface Drift {
  /** The generation. */
  readonly generation: string;
  readonly partition: number;
  readonly id: string;
  readonly kind: (typeof driftKinds)[number];
}

/** What is wrong with a stored document, if anything; how far it has come is not compared. */
export function driftOf(
  stored: ProjectedDocument | undefined,
  expected: ProjectedDocument | undefined,
): Drift['kind'] | undefined {
  if (!stored || !expected) {
    return stored ? 'unexpected' : expected && 'missing';
  }
  return isDeepStrictEqual(asStored(stored), asStored(expected)) ? undefined : 'different';
}

/** As it comes back from the database: without fields that have no value. */
function asStored({ position: _position, ...content }: ProjectedDocument): BSON.Document {
  return BSON.deserialize(BSON.serialize(content, { ignoreUndefined: true }));
}
