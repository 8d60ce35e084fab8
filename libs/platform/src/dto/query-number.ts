import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { field, type FieldOptions } from './field-rules';

/**
 * A whole number in a query string or a path, where all values are strings. It accepts decimal digits and converts them
 * to a number. No other rule converts values.
 */
export function QueryNumber({
  min,
  max,
  default: byDefault,
  ...options
}: FieldOptions & {
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}): PropertyDecorator {
  const message = `$property must be a whole number from ${min} to ${max}`;
  return field(
    {
      ...options,
      optional: options.optional ?? byDefault !== undefined,
      type: 'integer',
      minimum: min,
      maximum: max,
      ...(byDefault === undefined ? {} : { default: byDefault }),
    },
    Transform(({ value }: { value: unknown }) => numberOf(value)),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
}
