import type { Document } from 'mongodb';
import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that mean in MongoDB's `$jsonSchema` what they mean in JSON Schema. */
const sameInMongo = new Set([
  ...['bsonType', 'enum', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'minProperties'],
]);

/** Keywords that only repeat what other keywords check. `format` always comes with a pattern. */
const withoutEffect = new Set(['$schema', 'format', 'readOnly', 'title', 'description']);

const bsonTypes: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'bool',
  array: 'array',
  object: 'object',
  // A JavaScript number is stored as an int, a long or a double.
  number: 'number',
  integer: 'number',
};

/**
 * MongoDB's validator for documents of this schema.
 *
 * @throws TypeError when the schema has a rule that a validator can't check
 */
export function validatorOf(schema: z.ZodType): Document {
  const json = z.toJSONSchema(schema, {
    target: 'draft-4',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      Object.assign(jsonSchema, ownKeywords(def, jsonSchema as JsonSchema));
      if (Object.keys(jsonSchema).length === 0) {
        throw new TypeError(`a validator of MongoDB can't check a ${def.type}`);
      }
    },
  });
  return toMongo(json as JsonSchema);
}

/** The keywords that MongoDB has in addition to JSON Schema's fourth draft. */
function ownKeywords(def: z.core.$ZodTypes['_zod']['def'], { additionalProperties }: JsonSchema): JsonSchema {
  if (def.type === 'date') {
    return { bsonType: 'date' };
  }
  if (def.type === 'record' && def.keyType instanceof z.ZodEnum) {
    const fields = def.keyType.options.map((key) => [key, additionalProperties]);
    return { properties: Object.fromEntries(fields), additionalProperties: false };
  }
  if (def.type === 'record' && def.keyType._zod.def.checks?.length) {
    throw new TypeError("a validator of MongoDB can't check the form of a record's keys");
  }
  return {};
}

function toMongo(schema: JsonSchema): Document {
  return Object.fromEntries(Object.entries(schema).flatMap(([keyword, value]) => keywordOf(keyword, value)));
}

function keywordOf(keyword: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (withoutEffect.has(keyword)) {
    return [];
  }
  if (sameInMongo.has(keyword)) {
    return [[keyword, value]];
  }
  switch (keyword) {
    case 'type':
      return [['bsonType', bsonTypes[value as string]]];
    case 'required':
      // MongoDB refuses an empty list.
      return (value as readonly string[]).length > 0 ? [[keyword, value]] : [];
    case 'properties':
      return [[keyword, mapValues(value as Record<string, JsonSchema>, toMongo)]];
    case 'additionalProperties':
      return [[keyword, typeof value === 'object' ? toMongo(value as JsonSchema) : value]];
    case 'items':
      return [[keyword, toMongo(value as JsonSchema)]];
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return [[keyword, (value as readonly JsonSchema[]).map(toMongo)]];
    default:
      throw new TypeError(`a validator of MongoDB has no keyword ${keyword}`);
  }
}

function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
