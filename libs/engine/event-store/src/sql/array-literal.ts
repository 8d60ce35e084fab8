/*
 * Array literals as in the PostgreSQL manual, 8.15.2. The driver can write them too. But it checks each element twice
 * with a regular expression, even if no element can need escaping. With hundreds of elements in every batch, that is
 * noticeable.
 */

/**
 * An array of numbers, UUIDs and other texts without quotes, backslashes, commas and braces. Undefined elements become
 * NULL.
 */
export function plainArray(values: readonly (string | number | undefined)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

export function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

export function byteaArray(values: readonly Buffer[]): string {
  return `{${values.map((value) => `"\\\\x${value.toString('hex')}"`).join(',')}}`;
}
