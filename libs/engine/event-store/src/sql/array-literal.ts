/*
 * Array literals as in the PostgreSQL manual, 8.15.2. The driver writes them too, but looks at each element twice with
 * a regular expression, also where there can be nothing to escape; with hundreds of elements in every batch that shows.
 */

/** Of numbers, UUIDs and other texts without quotes, backslashes, commas and braces. Absent ones are NULL. */
export function plainArray(values: readonly (string | number | undefined)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

export function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

export function byteaArray(values: readonly Buffer[]): string {
  return `{${values.map((value) => `"\\\\x${value.toString('hex')}"`).join(',')}}`;
}
