import { ProblemException, invalidRequest } from '../problem/problem-exception';
import { inputFaults } from './input-faults';

/**
 * Parses a request's body: a JSON object in UTF-8 that keeps `inputFaults`. Nothing at all is no body, so that a client may
 * name a content type without sending any.
 *
 * @throws ProblemException 400 `malformed_json`, `validation_failed`, `unknown_field`
 */
export function parseJsonBody(bytes: Buffer): object | undefined {
  if (bytes.length === 0) {
    return undefined;
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

function parse(bytes: Buffer): unknown {
  try {
    // Strict: a lenient decoder would replace broken bytes and so change what the client said.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ProblemException(400, 'malformed_json', 'The body is not JSON in UTF-8.', { cause: error });
  }
}
