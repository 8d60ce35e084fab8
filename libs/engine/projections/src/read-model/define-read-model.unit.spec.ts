import { z } from 'zod';
import { defineReadModel, type DocumentOf } from './define-read-model';

const text = { bsonType: 'string' };
const count = { bsonType: 'number', minimum: 0 };

const model = defineReadModel({
  name: 'cards',
  fields: {
    status: z.enum(['OPEN', 'CLOSED']),
    total: z.strictObject({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) }),
    lines: z.array(z.strictObject({ note: z.string().optional() })).max(3),
    byStatus: z.record(z.enum(['OPEN', 'CLOSED']), z.number()),
    byCurrency: z.record(z.string(), z.number()),
    closedAt: z.date().optional(),
  },
  indexes: { closed: { status: 1, closedAt: -1 }, status: { status: 1 } },
});

describe('defineReadModel', () => {
  it('derives a validator that refuses other shapes and unknown fields, even in nested objects', () => {
    expect(model.validator).toEqual({
      bsonType: 'object',
      required: ['status', 'total', 'lines', 'byStatus', 'byCurrency', '_id', 'partition', 'position'],
      properties: {
        status: { ...text, enum: ['OPEN', 'CLOSED'] },
        total: {
          bsonType: 'object',
          required: ['amount', 'currency'],
          properties: {
            amount: {
              bsonType: 'number',
              minimum: Number.MIN_SAFE_INTEGER,
              maximum: Number.MAX_SAFE_INTEGER,
            },
            currency: { ...text, pattern: '^[A-Z]{3}$' },
          },
          additionalProperties: false,
        },
        lines: {
          bsonType: 'array',
          maxItems: 3,
          // The validator has no list of required fields, because MongoDB refuses an empty list.
          items: { bsonType: 'object', properties: { note: text }, additionalProperties: false },
        },
        byStatus: {
          bsonType: 'object',
          required: ['OPEN', 'CLOSED'],
          properties: { OPEN: { bsonType: 'number' }, CLOSED: { bsonType: 'number' } },
          additionalProperties: false,
        },
        byCurrency: { bsonType: 'object', additionalProperties: { bsonType: 'number' } },
        closedAt: { bsonType: 'date' },
        _id: text,
        partition: count,
        position: count,
      },
      additionalProperties: false,
    });
  });

  it('gives every read model the indexes of the runner, and adds the id to the other indexes', () => {
    expect(model.indexes).toEqual([
      { name: 'id_position', key: { _id: 1, position: 1 }, unique: true },
      { name: 'partition', key: { partition: 1, _id: 1 } },
      { name: 'closed', key: { status: 1, closedAt: -1, _id: -1 } },
      { name: 'status', key: { status: 1, _id: 1 } },
    ]);
  });

  it("gives the documents' type, which is read-only", () => {
    const document: DocumentOf<typeof model> = {
      ...{ _id: 'o1', partition: 0, position: 1, status: 'OPEN', total: { amount: 1, currency: 'EUR' } },
      ...{ lines: [{}], byStatus: { OPEN: 1, CLOSED: 0 }, byCurrency: {} },
    };
    expect(model.schema.parse(document)).toEqual(document);
    // @ts-expect-error documents are not changed in place
    const change = () => document.lines.push({});
    expect(change).toBeDefined();
    // @ts-expect-error the schema does not list this status
    expect(() => model.schema.parse({ ...document, status: 'LOST' } satisfies typeof document)).toThrow();
  });

  it.each([
    ['any value', z.any()],
    ['a map', z.map(z.string(), z.number())],
    ['keys of a pattern', z.record(z.string().regex(/^[A-Z]$/), z.number())],
    ['a tuple', z.tuple([z.string()])],
  ])('refuses %s, because no validator could check it', (_, field) => {
    expect(() => defineReadModel({ name: 'vague', fields: { field } })).toThrow(TypeError);
  });
});
