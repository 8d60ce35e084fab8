import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidRequest } from '../problem/problem-exception';

const DIGEST_BYTES = 12;

/** What a cursor belongs to: the list and every filter and sort that shapes its pages, but not the page's size. */
export type CursorScope = Readonly<Record<string, string | number | undefined>>;

/**
 * Where a page ended, as its list's schema has it. The schema bounds every part to what the list's query can take: anyone can
 * make a cursor up.
 */
export type CursorSchema = z.ZodType<readonly unknown[], readonly (string | number)[]>;

/** An instant as JSON has it, of a day that exists and that every store can hold. */
export const cursorInstant = z.iso.datetime().refine((instant) => instant >= '1970' && instant < '9999');

/**
 * A cursor is `base64url(digest · position)`. The digest covers the position and the filters that the cursor was made
 * with, so a cursor that was tampered with, or is sent with other filters, is told from a good one. It is not secret: a forged
 * cursor starts a page somewhere else within what its sender may see anyway, since filters and ownership are applied
 * to every page.
 */
export function encodeCursor(scope: CursorScope, position: readonly (string | number)[]): string {
  const payload = Buffer.from(JSON.stringify(position));
  return Buffer.concat([digest(scope, payload), payload]).toString('base64url');
}

/** @throws ProblemException 400 for what `encodeCursor` did not make for this scope, or what the schema refuses */
export function decodeCursor<Schema extends CursorSchema>(
  scope: CursorScope,
  schema: Schema,
  cursor: string,
): z.output<Schema> {
  const position = schema.safeParse(positionIn(scope, cursor));
  if (!position.success) {
    throw invalidRequest({
      path: 'cursor',
      code: 'invalid_cursor',
      message: 'cursor must be the nextCursor of an earlier answer to the same request',
    });
  }
  return position.data;
}

function positionIn(scope: CursorScope, cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url');
  const payload = bytes.subarray(DIGEST_BYTES);
  // Node's decoder skips what is not base64url and ignores spare bits, so several texts decode to the same bytes.
  const isWhole = bytes.toString('base64url') === cursor;
  if (!isWhole || !digest(scope, payload).equals(bytes.subarray(0, DIGEST_BYTES))) {
    return undefined;
  }
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}

function digest(scope: CursorScope, payload: Buffer): Buffer {
  const filters = Object.entries(scope)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(filters))
    .update(payload)
    .digest()
    .subarray(0, DIGEST_BYTES);
}
