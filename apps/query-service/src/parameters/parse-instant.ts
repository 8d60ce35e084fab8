const date = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?`;
const offset = String.raw`(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const pattern = new RegExp(`^${date}(?:T${time}${offset})?$`, 'i');

/**
 * An RFC 3339 instant, to the millisecond; a date alone is its midnight in UTC. `undefined` for anything else, and for
 * days that do not exist: JavaScript would turn the 30th of February into the 2nd of March.
 */
export function parseInstant(text: string): Date | undefined {
  const [, year, month, day] = pattern.exec(text) ?? [];
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = midnight.getUTCMonth() + 1 === Number(month) && midnight.getUTCDate() === Number(day);
  return exists ? new Date(text.toUpperCase()) : undefined;
}
