import { Type as TransformTo } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateNested } from 'class-validator';
import type { Type } from '@nestjs/common';
import { field, type FieldOptions } from './field-rules';
import { NestedIn } from './nested-fields';

/**
 * A field that holds another DTO. It is stricter than `@ValidateNested()`, which accepts an empty array as an object.
 */
export function NestedObject(dto: () => Type, options: FieldOptions = {}): PropertyDecorator {
  return field(
    // Swagger knows a lazy type by its function's name, which must be `type`.
    { ...options, type: () => dto() },
    IsObject({ message: '$property must be an object' }),
    ValidateNested(),
    TransformTo(dto),
    NestedIn({ dto }),
  );
}

/** A field that holds a list of `min` to `max` other DTOs. */
export function NestedList(
  dto: () => Type,
  { min, max, ...options }: FieldOptions & { readonly min: number; readonly max: number },
): PropertyDecorator {
  const message = `$property must be a list of ${min} to ${max} elements`;
  return field(
    { ...options, type: () => dto(), isArray: true, minItems: min, maxItems: max },
    IsArray({ message }),
    ArrayMinSize(min, { message }),
    ArrayMaxSize(max, { message }),
    IsObject({ each: true, message: 'each element of $property must be an object' }),
    ValidateNested({ each: true }),
    TransformTo(dto),
    NestedIn({ dto, bounds: { max, message } }),
  );
}
