import { invalidRequest } from '../problem/problem-exception';
import { inputFaults } from './input-faults';

/** @throws ProblemException 400 when a query parameter is given more than once or has `inputFaults` */
export function requireSoundQuery(query: unknown): void {
  const repeated = Object.entries(query ?? {})
    .filter(([, value]) => Array.isArray(value))
    .map(([path]) => ({ path, code: 'repeated_parameter', message: `${path} is given more than once` }));
  const faults = [...repeated, ...inputFaults(query)];
  if (faults.length > 0) {
    throw invalidRequest(...faults);
  }
}
