import { isISO31661Alpha2, isISO4217CurrencyCode, ValidateBy } from 'class-validator';
import { field, type FieldOptions } from './field-rules';

/** An ISO 4217 currency, in capitals. */
export function IsCurrency(options: FieldOptions = {}): PropertyDecorator {
  return code('isCurrency', 'an ISO 4217 currency code, such as EUR', isISO4217CurrencyCode, 'EUR', options);
}

/** An ISO 3166-1 alpha-2 country, in capitals. */
export function IsCountry(options: FieldOptions = {}): PropertyDecorator {
  return code('isCountry', 'an ISO 3166-1 alpha-2 country code, such as DE', isISO31661Alpha2, 'DE', options);
}

/** The validators accept lower case as well, which would give one code two spellings. */
function code(
  name: string,
  what: string,
  isKnown: (value: unknown) => boolean,
  example: string,
  options: FieldOptions,
): PropertyDecorator {
  const validate = (value: unknown) =>
    typeof value === 'string' && value === value.toUpperCase() && isKnown(value);
  const { length } = example;
  return field(
    { example, ...options, type: String, minLength: length, maxLength: length },
    ValidateBy({ name, validator: { validate, defaultMessage: () => `$property must be ${what}` } }),
  );
}
