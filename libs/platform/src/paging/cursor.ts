import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidRequest } from '../problem/problem-exception';

const DIGEST_BYTES = 12;

/** The request that a cursor belongs to: the list, its filters and its sort order, but not the page's size. */
export type CursorScope = Readonly<Record<string, string | number | undefined>>;

/**
 * Where a page ended, in the form of the list's schema. The schema limits every part to what the list's query accepts,
 * because anyone can forge a cursor.
 */
export type CursorSchema = z.ZodType<readonly unknown[], readonly (string | number)[]>;

/** An instant as in JSON, on a valid day that every store can hold. */
export const cursorInstant = z.iso.datetime().refine((instant) => instant >= '1970' && instant < '9999');

/**
 * A cursor is `base64url(digest · position)`. The digest covers the position and the filters of the cursor. So a cursor
 * is refused if it was changed or is sent with other filters. It is not secret. A forged cursor does no harm: filters
 * and ownership apply to every page, so its sender only sees another page of the same items.
 */
export function encodeCursor(scope: CursorScope, position: readonly (string | number)[]): string {
  const payload = Buffer.from(JSON.stringify(position));
  return Buffer.concat([digest(scope, payload), payload]).toString('base64url');
}

/**
 * @throws ProblemException 400 for a cursor that `encodeCursor` did not make for this scope, or that the schema refuses
 */
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
  // Node's decoder skips characters that are not base64url and ignores spare bits, so several texts decode to the same
  // bytes.
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
