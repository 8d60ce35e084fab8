import type { Type } from '@nestjs/common';
import type { FieldFault } from '../problem/problem-exception';

interface NestedField {
  readonly dto: () => Type;
  /** Of a list. */
  readonly bounds?: { readonly max: number; readonly message: string };
}

type NestedFields = Readonly<Record<string, NestedField>>;

const NESTED_FIELDS = Symbol('nested fields');

/** Records that the field holds another DTO, or a list of DTOs. */
export function NestedIn(field: NestedField): PropertyDecorator {
  return (prototype, name) =>
    Reflect.defineMetadata(NESTED_FIELDS, { ...fieldsOf(prototype), [name]: field }, prototype);
}

/**
 * The lists in `input` that are longer than their DTO allows, at any depth. Call it before validating, because
 * class-validator visits every element even if a list is too long.
 */
export function tooLongLists(dto: Type, input: unknown, parent = ''): FieldFault[] {
  if (typeof input !== 'object' || input === null) {
    return [];
  }
  return Object.entries(fieldsOf(dto.prototype as object)).flatMap(([name, { dto: nested, bounds }]) => {
    const value = (input as Record<string, unknown>)[name];
    const path = parent === '' ? name : `${parent}.${name}`;
    if (!bounds || !Array.isArray(value)) {
      return tooLongLists(nested(), value, path);
    }
    return value.length > bounds.max
      ? [{ path, code: 'array_max_size', message: bounds.message.replace('$property', name) }]
      : value.flatMap((item, index) => tooLongLists(nested(), item, `${path}[${index}]`));
  });
}

function fieldsOf(prototype: object): NestedFields {
  return (Reflect.getMetadata(NESTED_FIELDS, prototype) ?? {}) as NestedFields;
}
