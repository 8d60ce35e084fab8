import type { Comparison, Conditions, FieldValue } from '../queries/read-model-queries';
import { lastCodePoint } from '../queries/read-model-queries';

/** The parameters of a statement, in the order in which they were given. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Its place in the statement. */
  add(value: FieldValue | readonly string[]): string {
    return `$${this.values.push(typeof value === 'object' && !(value instanceof Date) ? value.map(storable) : storable(value))}`;
  }
}

/**
 * Postgres has no texts with the character U+0000, and refuses to compare with one. No document contains such a text.
 */
function storable<Value>(value: Value): Value | string {
  return typeof value === 'string' ? value.replaceAll('\u0000', '\ufffd') : value;
}

/** The conditions in SQL, one by one. */
export function conditionsOf(
  conditions: Conditions,
  fieldOf: (path: string) => string,
  parameters: Parameters,
): readonly string[] {
  return Object.entries(conditions).flatMap(([path, comparison]) =>
    comparison ? comparisonsOf(fieldOf(path), comparison, parameters) : [],
  );
}

const operators: readonly (readonly ['gt' | 'gte' | 'lt' | 'lte', string])[] = [
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
];

function comparisonsOf(field: string, comparison: Comparison, parameters: Parameters): readonly string[] {
  const is = (operator: string, value: FieldValue) => `${field} ${operator} ${parameters.add(value)}`;
  if ('eq' in comparison) {
    return [is('=', comparison.eq)];
  }
  if ('in' in comparison) {
    // Compares a single value by equality, so that an index returns the rows in its order.
    return comparison.in.length === 1
      ? [is('=', comparison.in[0]!)]
      : [`${field} = ANY (${parameters.add(comparison.in)})`];
  }
  if ('startsWith' in comparison) {
    return [is('>=', comparison.startsWith), is('<=', comparison.startsWith + lastCodePoint)];
  }
  return operators.flatMap(([name, operator]) => {
    const bound = comparison[name];
    return bound === undefined ? [] : [is(operator, bound)];
  });
}
