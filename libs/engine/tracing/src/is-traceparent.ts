import { parseTraceParent } from '@opentelemetry/core';

/**
 * Whether the text is a `traceparent` of W3C Trace Context. A `traceparent` of a later version may have more fields.
 * The parser also accepts surrounding white space, which the standard does not.
 */
export function isTraceparent(text: string): boolean {
  return text.trim() === text && parseTraceParent(text) !== null;
}
