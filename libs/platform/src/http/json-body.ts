import { invalidRequest, type ProblemException } from '../problem/problem-exception';
import { problem } from '../problem/problems';
import { inputFaults } from './input-faults';
import { countJsonValues } from './json-values';

/** An order of the largest size has a third as many values. The cost of checking a body grows with each value. */
export const MAX_JSON_VALUES = 500;

/**
 * Parses a request's body: a JSON object in UTF-8 of at most `MAX_JSON_VALUES` without `inputFaults`. An empty body
 * counts as absent, so that a client may name a content type without sending a body.
 *
 * @throws ProblemException 400 `too_many_values`, `malformed_json`, `validation_failed`, `unknown_field`
 */
export function parseJsonBody(bytes: Buffer): object | undefined {
  if (bytes.length === 0) {
    return undefined;
  }
  if (countJsonValues(bytes) > MAX_JSON_VALUES) {
    throw tooManyValues(`The body contains more than ${MAX_JSON_VALUES} names and values.`);
  }
  const body = parse(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest({ path: '', code: 'not_an_object', message: 'the body must be a JSON object' });
  }
  const faults = inputFaults(body);
  if (faults.length > 0) {
    throw invalidRequest(...faults);
  }
  return body;
}

/** The answer 400 to input with more parts than any request needs. */
export function tooManyValues(message: string): ProblemException {
  return problem('too_many_values', { detail: message });
}

function parse(bytes: Buffer): unknown {
  try {
    // Strict, because a lenient decoder would replace broken bytes and so change what the client sent.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw problem('malformed_json', { cause: error });
  }
}
