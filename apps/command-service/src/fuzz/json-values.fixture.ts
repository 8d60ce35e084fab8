import fc from 'fast-check';

/** The schema of a value in the service's OpenAPI document. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface ValueSource {
  /** The document's `components.schemas`. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Existing values by field name, because a request with only unknown ids would always be refused. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

/** Values that clients send by mistake, and attackers on purpose. */
const nonsense = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, [], {}, [[]], [{}], '', ' ', '\t', '0', '10', '-1', 'null', 'undefined', 'NaN'],
    ...[-1, 0, 1.5, -0.1, 1e308, 2 ** 53 + 2, -(2 ** 53), 1e-300, 999_999_999_999_999],
    ...[
      'a\0b',
      '\ud800',
      '\udfff',
      '\u202e\u0000',
      '\ufeff',
      '💥',
      'é'.normalize('NFD'),
      "'; DROP TABLE events; --",
    ],
    ...['{{7*7}}', '${7*7}', '../../../etc/passwd', '%00', '<script>', '\r\nX-Evil: 1', 'x'.repeat(5_000)],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '2026-02-30', '9999-99-99T99:99:99Z'],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

const oddNames = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'id',
  'a\0',
  '',
  '$where',
);

/**
 * Generates values of a schema. About one field in sixty is nonsense, and one object in forty has an extra or a missing
 * field.
 */
export function valuesOf(schema: Schema, source: ValueSource, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 59, arbitrary: rightValues(resolve(schema, source), source, name) },
    { weight: 1, arbitrary: nonsense },
  );
}

function resolve(schema: Schema, source: ValueSource): Schema {
  const $ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return $ref === undefined ? schema : source.schemas[$ref.split('/').at(-1)!]!;
}

function rightValues(schema: Schema, source: ValueSource, name: string): fc.Arbitrary<unknown> {
  if (schema.enum) {
    return fc.constantFrom(...schema.enum);
  }
  switch (schema.type) {
    case 'object':
      return objects(schema, source);
    case 'array':
      return fc.array(valuesOf(schema.items!, source, name), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 12, 12),
        size: 'max',
      });
    case 'integer':
    case 'number':
      return integers(schema);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return texts(schema, source.known[name] ?? []);
    case undefined:
    default:
      throw new Error(`${name}: no values of ${JSON.stringify(schema)}`);
  }
}

function objects({ properties = {}, required = [] }: Schema, source: ValueSource): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([field, schema]) => [field, valuesOf(schema, source, field)]),
  );
  const right = fc.record(fields, { requiredKeys: [...required] });
  return fc.oneof(
    { weight: 78, arbitrary: right },
    {
      weight: 1,
      arbitrary: fc.tuple(right, oddNames, nonsense).map(([value, odd, more]) => ({ ...value, [odd]: more })),
    },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
  );
}

function integers({ minimum = -1_000, maximum = 1_000 }: Schema): fc.Arbitrary<number> {
  const small = fc.integer({ min: Math.max(minimum, -3), max: Math.min(maximum, 5) });
  return fc.oneof(
    { weight: 30, arbitrary: small },
    { weight: 9, arbitrary: fc.integer({ min: Math.max(minimum, -1_000), max: Math.min(maximum, 100_000) }) },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1) },
  );
}

function texts(schema: Schema, known: readonly string[]): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 64 } = schema;
  const made =
    schema.format === 'uuid'
      ? fc.uuid()
      : schema.format === 'email'
        ? fc.emailAddress()
        : schema.pattern !== undefined
          ? fc.stringMatching(new RegExp(schema.pattern))
          : fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 64) });
  return fc.oneof(
    ...(known.length > 0 ? [{ weight: 40, arbitrary: fc.constantFrom(...known) }] : []),
    ...(typeof schema.example === 'string' ? [{ weight: 40, arbitrary: fc.constant(schema.example) }] : []),
    { weight: 6, arbitrary: made },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(maxLength), 'x'.repeat(maxLength + 1)) },
  );
}
