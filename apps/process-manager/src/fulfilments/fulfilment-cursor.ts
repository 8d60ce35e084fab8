import type { InstanceStatus, PageStart } from '@tidemark/process-manager';

type Filter = InstanceStatus | undefined;

/** Opaque to clients. It holds the filter that it was made with, because it means nothing with another one. */
export function encodeCursor(filter: Filter, { createdAtMicros, instanceId }: PageStart): string {
  return Buffer.from(JSON.stringify([filter ?? '', createdAtMicros, instanceId])).toString('base64url');
}

/** Undefined for what is no cursor, or one of another filter. */
export function decodeCursor(filter: Filter, cursor: string): PageStart | undefined {
  const [madeWith, createdAtMicros, instanceId, ...rest] = partsOf(cursor);
  const isCursor =
    madeWith === (filter ?? '') &&
    Number.isSafeInteger(createdAtMicros) &&
    Math.abs(createdAtMicros as number) < 2 ** 52 &&
    typeof instanceId === 'string' &&
    /^[0-9a-f-]{36}$/.test(instanceId) &&
    rest.length === 0;
  return isCursor ? { createdAtMicros: createdAtMicros as number, instanceId } : undefined;
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
