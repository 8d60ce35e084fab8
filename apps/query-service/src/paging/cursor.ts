import { createHash } from 'node:crypto';

/** Where a page ended: the sort key of its last row, and the id that tells rows with the same key apart. */
export interface CursorPosition {
  readonly key: number | string;
  readonly id: string;
}

const DIGEST_BYTES = 12;

/**
 * A cursor is `base64url(digest · position)`. The digest covers the position and the filters that the cursor was made
 * with, so that a cursor that was tampered with, or is sent with other filters, is told from a good one. It is not
 * secret: whoever forges one starts a page somewhere else within what they may see anyway, since filters and ownership
 * are applied to every page.
 */
export function encodeCursor(scope: CursorScope, position: CursorPosition): string {
  const payload = Buffer.from(JSON.stringify([position.key, position.id]));
  return Buffer.concat([digest(scope, payload), payload]).toString('base64url');
}

/** `undefined` for whatever `encodeCursor` did not make for this scope. */
export function decodeCursor(scope: CursorScope, cursor: string): CursorPosition | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  // Node's decoder skips what is not base64url and ignores spare bits, so several texts decode to the same bytes.
  if (bytes.toString('base64url') !== cursor) {
    return undefined;
  }
  const payload = bytes.subarray(DIGEST_BYTES);
  if (!digest(scope, payload).equals(bytes.subarray(0, DIGEST_BYTES))) {
    return undefined;
  }
  return parsePosition(payload);
}

/** What a cursor belongs to: the route and every filter and sort that shapes its pages, but not the page's size. */
export type CursorScope = Readonly<Record<string, string | number | undefined>>;

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

/** The digest can be computed by anybody, so the types are checked: a key reaches the database only as a plain value. */
function parsePosition(payload: Buffer): CursorPosition | undefined {
  try {
    const parsed: unknown = JSON.parse(payload.toString());
    if (!Array.isArray(parsed) || parsed.length !== 2) {
      return undefined;
    }
    const [key, id] = parsed as readonly unknown[];
    const scalar = typeof key === 'number' || typeof key === 'string';
    return scalar && typeof id === 'string' ? { key, id } : undefined;
  } catch {
    return undefined;
  }
}
