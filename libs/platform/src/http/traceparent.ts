const PARTS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * A `traceparent` header if it follows W3C Trace Context, otherwise undefined: the standard says to continue without a
 * broken one. A future version may have more fields after the four.
 */
export function traceparentOf(header: string | string[] | undefined): string | undefined {
  const parts = typeof header === 'string' && header.length <= 512 ? PARTS.exec(header) : null;
  if (!parts) {
    return undefined;
  }
  const [whole, version, traceId, parentId, , rest] = parts;
  const valid =
    version !== 'ff' &&
    (version !== '00' || rest === undefined) &&
    !/^0+$/.test(traceId!) &&
    !/^0+$/.test(parentId!);
  return valid ? whole : undefined;
}
