import { parse } from 'node:querystring';
import { invalidRequest } from '../problem/problem-exception';
import { inputFaults } from './input-faults';
import { tooManyValues } from './json-body';

/** More than the number of filters that any list has. */
const MAX_PARAMETERS = 50;

/** For Fastify: parses only as many parameters as `requireSoundQuery` needs to refuse too many. */
export function parseQuery(query: string): Record<string, unknown> {
  return parse(query, '&', '=', { maxKeys: MAX_PARAMETERS + 1 });
}

/**
 * @throws ProblemException 400 `too_many_values` for more than 50 query parameters; `validation_failed` or
 * `unknown_field` when one is given more than once or has `inputFaults`
 */
export function requireSoundQuery(query: unknown): void {
  const parameters = Object.entries(query ?? {});
  const count = parameters.reduce((sum, [, value]) => sum + (Array.isArray(value) ? value.length : 1), 0);
  if (count > MAX_PARAMETERS) {
    throw tooManyValues(`The query has more than ${MAX_PARAMETERS} parameters.`);
  }
  const repeated = parameters
    .filter(([, value]) => Array.isArray(value))
    .map(([path]) => ({ path, code: 'repeated_parameter', message: `${path} must be given only once` }));
  const faults = [...repeated, ...inputFaults(query)];
  if (faults.length > 0) {
    throw invalidRequest(...faults);
  }
}
