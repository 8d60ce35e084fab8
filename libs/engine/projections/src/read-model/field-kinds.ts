import type { z } from 'zod';

/** What a store must know of a field to compare and sort it. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'date';

type Schema = z.core.$ZodType;

/**
 * What the field at this path holds; the elements of an array count as its fields.
 *
 * @throws TypeError when there is no such field, or when it holds something that has no order
 */
export function kindOf(schema: Schema, path: string): FieldKind {
  const field = path.split('.').reduce<Schema | undefined>((at, name) => at && fieldOf(at, name), schema);
  const kind = field && kinds[unwrapped(field)._zod.def.type];
  if (!kind) {
    throw new TypeError(`documents can't be found by ${path}: it is not a field with an order`);
  }
  return kind;
}

const kinds: Readonly<Record<string, FieldKind>> = {
  string: 'text',
  enum: 'text',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
};

/** Restores, in place, the values that JSON can't represent: dates. */
export type Reviver = (value: unknown) => unknown;

/** How values of the schema come back from JSON; `undefined` when they come back as they are. */
export function reviverOf(schema: Schema): Reviver | undefined {
  const { def } = unwrapped(schema)._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'date') {
    return (value) => new Date(value as string);
  }
  if (def.type === 'object') {
    return fieldsReviver(Object.entries(def.shape));
  }
  if (def.type === 'array') {
    return elementsReviver(reviverOf(def.element));
  }
  return def.type === 'record' ? valuesReviver(reviverOf(def.valueType)) : undefined;
}

function fieldsReviver(shape: readonly (readonly [string, Schema])[]): Reviver | undefined {
  const revivers = shape.flatMap(([name, schema]) => {
    const revive = reviverOf(schema);
    return revive ? [[name, revive] as const] : [];
  });
  if (revivers.length === 0) {
    return undefined;
  }
  return (value) => {
    const fields = value as Record<string, unknown>;
    for (const [name, revive] of revivers) {
      if (fields[name] !== undefined) {
        fields[name] = revive(fields[name]);
      }
    }
    return fields;
  };
}

function elementsReviver(revive: Reviver | undefined): Reviver | undefined {
  return revive && ((value) => (value as unknown[]).map(revive));
}

function valuesReviver(revive: Reviver | undefined): Reviver | undefined {
  return (
    revive &&
    ((value) =>
      Object.fromEntries(Object.entries(value as object).map(([name, field]) => [name, revive(field)])))
  );
}

function fieldOf(schema: Schema, name: string): Schema | undefined {
  const { def } = unwrapped(schema)._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'array') {
    return fieldOf(def.element, name);
  }
  return def.type === 'object' ? def.shape[name] : undefined;
}

function unwrapped(schema: Schema): Schema {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  return def.type === 'optional' || def.type === 'readonly' || def.type === 'nonoptional'
    ? unwrapped(def.innerType)
    : schema;
}
