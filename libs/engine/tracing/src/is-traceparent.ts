import { parseTraceParent } from '@opentelemetry/core';

/**
 * Whether the text is a `traceparent` of W3C Trace Context; one of a version that is not known yet may have more
 * fields. The parser lets white space around it pass, which the standard does not.
 */
export function isTraceparent(text: string): boolean {
  return text.trim() === text && parseTraceParent(text) !== null;
}
