import type { ParkedStatus } from './parked-work';

interface PageStart {
  readonly parkedAt: string;
  readonly id: string;
}

/** Opaque to clients. It holds the filter that it was made with, because it means nothing with another one. */
export function encodeParkedCursor(filter: ParkedStatus | undefined, { parkedAt, id }: PageStart): string {
  return Buffer.from(JSON.stringify([filter ?? '', parkedAt, id])).toString('base64url');
}

/** Undefined for what is no cursor, or one of another filter. */
export function decodeParkedCursor(filter: ParkedStatus | undefined, cursor: string): PageStart | undefined {
  const [madeWith, parkedAt, id, ...rest] = partsOf(cursor);
  const isCursor =
    madeWith === (filter ?? '') &&
    typeof parkedAt === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(parkedAt) &&
    !Number.isNaN(Date.parse(parkedAt)) &&
    typeof id === 'string' &&
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) &&
    rest.length === 0;
  return isCursor ? { parkedAt, id } : undefined;
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
