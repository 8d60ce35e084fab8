import { escapeLiteral } from 'pg';
import type { z } from 'zod';
import type { ReadModel } from '../read-model/define-read-model';

type Schema = z.core.$ZodTypes['_zod']['def'];

const jsonTypes: Readonly<Record<string, string>> = {
  string: 'string',
  enum: 'string',
  date: 'string',
  number: 'number',
  boolean: 'boolean',
  object: 'object',
  record: 'object',
  array: 'array',
};

const kept = new Set(['_id', 'partition', 'position']);

/**
 * A CHECK of the fields of the document itself: their types, the values of enumerations, and that there are no others.
 * Fields inside them are not checked, because a check of each element costs more than the write.
 *
 * @throws TypeError when a field has a type that can't be checked
 */
export function shapeCheckOf({ schema }: ReadModel): string {
  const { shape } = schema as unknown as z.ZodObject;
  const fields = Object.entries(shape).filter(([name]) => !kept.has(name));
  const names = fields.map(([name]) => escapeLiteral(name)).join(', ');
  return [
    `document - ARRAY[${names}]::text[] = '{}'`,
    ...fields.map(([name, field]) => checkOf(escapeLiteral(name), field as z.core.$ZodType)),
  ].join(' AND ');
}

function checkOf(name: string, schema: z.core.$ZodType): string {
  const def = schema._zod.def as Schema;
  if (def.type === 'optional') {
    return `(NOT document ? ${name} OR ${checkOf(name, def.innerType)})`;
  }
  const jsonType = jsonTypes[def.type];
  if (jsonType === undefined) {
    throw new TypeError(`Postgres can't check a ${def.type}`);
  }
  // A missing field has no type, and a check that is NULL would pass.
  const type = `jsonb_typeof(document -> ${name}) IS NOT DISTINCT FROM '${jsonType}'`;
  return def.type === 'enum' ? `${type} AND document ->> ${name} IN (${optionsOf(def)})` : type;
}

function optionsOf({ entries }: z.core.$ZodEnumDef): string {
  return Object.values(entries)
    .map((option) => escapeLiteral(String(option)))
    .join(', ');
}
