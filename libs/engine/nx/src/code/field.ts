import { nameOf } from './name';

/** A field of an event, with its schema as code: `z.string()`. */
export interface Field {
  readonly name: string;
  readonly schema: string;
}

const kinds = {
  string: 'z.string()',
  int: 'z.int()',
  number: 'z.number()',
  boolean: 'z.boolean()',
  datetime: 'z.iso.datetime()',
} as const;

/**
 * Reads `title:string,priority:int`.
 *
 * @throws Error if a field is malformed, has an unknown kind, or comes twice
 */
export function fieldsIn(text: string): readonly Field[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const fields = parts.map((part) => {
    const [, name, kind] = /^\s*([^:\s]+)\s*:\s*(\w+)\s*$/.exec(part) ?? [];
    if (name === undefined || !(kind! in kinds)) {
      throw new Error(
        `"${part.trim()}" is no field. Write NAME:KIND, where KIND is one of ${Object.keys(kinds).join(', ')}.`,
      );
    }
    return { name: nameOf(name, 'field').propertyName, schema: kinds[kind as keyof typeof kinds] };
  });
  requireUnique(fields);
  return fields;
}

/** @throws Error if two fields have one name */
export function requireUnique(fields: readonly Field[]): void {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`The field "${twice}" comes twice. Name each field once.`);
  }
}

/** `ticketId: z.string(), title: z.string()` */
export function schemasOf(fields: readonly Field[]): string {
  return fields.map(({ name, schema }) => `${name}: ${schema}`).join(', ');
}

/**
 * A value of the field, as code. Tests use it.
 *
 * @throws Error if the schema is not one that the generators write
 */
export function sampleOf({ name, schema }: Field): string {
  const samples: readonly [RegExp, string][] = [
    [/^z\.string\(/, `'${name}'`],
    [/^z\.(int|number)\(/, '1'],
    [/^z\.boolean\(/, 'true'],
    [/^z\.iso\.datetime\(/, "'2026-01-01T00:00:00.000Z'"],
  ];
  const sample = samples.find(([pattern]) => pattern.test(schema))?.[1];
  if (sample === undefined) {
    throw new Error(
      `The generator knows no example for the field "${name}" with the schema ${schema}. Write this part by hand.`,
    );
  }
  return sample;
}

/** `ticketId: '1', title: 'title'`, where the id of the aggregate is `1`. */
export function samplesOf(fields: readonly Field[], idField: string): string {
  return fields
    .map((field) => `${field.name}: ${field.name === idField ? "'1'" : sampleOf(field)}`)
    .join(', ');
}
