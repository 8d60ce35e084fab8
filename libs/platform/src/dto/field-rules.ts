import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsEmail,
  IsInt,
  IsNotIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/** Every rule also documents its field. With `optional`, the field may be absent (but never null). */
export interface FieldOptions {
  readonly optional?: boolean;
  readonly description?: string;
  /** An example for the documentation. Rules that know the format of their values have an example of their own. */
  readonly example?: unknown;
}

const MAX_QUANTITY = 1_000_000;
const MAX_MINOR_UNITS = 1_000_000_000_000;

/** Clients and proxies resolve these path segments as relative references (RFC 3986, 5.2.4). */
const DOT_SEGMENTS = ['.', '..'];

/** A customer's or product's id: 1 to 64 of `[A-Za-z0-9._-]`, but not `.` or `..`, which a URL's path can't contain. */
export function IsIdentifier(options: FieldOptions = {}): PropertyDecorator {
  const pattern = '^[A-Za-z0-9._-]{1,64}$';
  const message = '$property must be 1 to 64 characters from A-Z a-z 0-9 . _ -, and neither . nor ..';
  return field(
    { example: 'LAMP-7', ...options, type: String, pattern, not: { enum: DOT_SEGMENTS } },
    Matches(new RegExp(pattern), { message }),
    IsNotIn(DOT_SEGMENTS, { message }),
  );
}

/** An order's or shipment's id: a UUID, converted to lower case, so that one order can't have two addresses. */
export function IsUuid(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { example: '0192f0c1-2345-7abc-8def-0123456789ab', ...options, type: String, format: 'uuid' },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsUUID('all', { message: '$property must be a UUID' }),
  );
}

/** A whole number from 1 to 1,000,000, as a JSON number, not as a string. */
export function IsQuantity(options: FieldOptions = {}): PropertyDecorator {
  return wholeNumber(1, MAX_QUANTITY, { example: 2, ...options });
}

/** A whole number from -1,000,000 to 1,000,000. */
export function IsSignedQuantity(options: FieldOptions = {}): PropertyDecorator {
  return wholeNumber(-MAX_QUANTITY, MAX_QUANTITY, { example: -3, ...options });
}

/** The amount of a price, in minor units: a whole number from 0 to 10^12. */
export function IsPrice(options: FieldOptions = {}): PropertyDecorator {
  return wholeNumber(0, MAX_MINOR_UNITS, { example: 1_299, ...options });
}

/** A string that is not blank, with at most `maxLength` characters and no control characters. */
export function IsText(maxLength: number, options: FieldOptions = {}): PropertyDecorator {
  return field(
    { ...options, type: String, minLength: 1, maxLength },
    IsString({ message: '$property must be a string' }),
    MaxLength(maxLength, { message: `$property must have at most ${maxLength} characters` }),
    Matches(/^(?=.*\S)\P{Cc}*$/u, {
      message: '$property must not be blank and must not contain control characters',
    }),
  );
}

/** An e-mail address as the client wrote it. Compare it case-insensitively. */
export function IsEmailAddress(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { example: 'ada@example.com', ...options, type: String, format: 'email', maxLength: 254 },
    IsEmail({}, { message: '$property must be an e-mail address' }),
  );
}

/** A phone number in E.164: `+` and 7 to 15 digits. */
export function IsPhoneNumber(options: FieldOptions = {}): PropertyDecorator {
  const pattern = '^\\+[1-9]\\d{6,14}$';
  return field(
    { example: '+4930123456', ...options, type: String, pattern },
    Matches(new RegExp(pattern), { message: '$property must be an E.164 phone number, such as +4930123456' }),
  );
}

function wholeNumber(min: number, max: number, options: FieldOptions): PropertyDecorator {
  const message = `$property must be a whole number from ${min} to ${max}`;
  return field(
    { ...options, type: 'integer', minimum: min, maximum: max },
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** The parts that all rules share: the documentation, and whether the field may be absent. */
export function field(
  { optional = false, ...documentation }: FieldOptions & ApiPropertyOptions,
  ...rules: readonly PropertyDecorator[]
): PropertyDecorator {
  const property = { ...documentation, required: !optional } as ApiPropertyOptions;
  return applyDecorators(ApiProperty(property), ...(optional ? [IsOptional()] : []), ...rules);
}
