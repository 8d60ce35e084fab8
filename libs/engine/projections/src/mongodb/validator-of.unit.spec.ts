import { z } from 'zod';
import { validatorOf } from './validator-of';

const text = { bsonType: 'string' };

const schema = z.strictObject({
  status: z.enum(['OPEN', 'CLOSED']),
  total: z.strictObject({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) }),
  lines: z.array(z.strictObject({ note: z.string().optional() })).max(3),
  byStatus: z.record(z.enum(['OPEN', 'CLOSED']), z.number()),
  byCurrency: z.record(z.string(), z.number()),
  closedAt: z.date().optional(),
});

describe('a validator of MongoDB', () => {
  it('refuses another shape and unknown fields, down to the innermost', () => {
    expect(validatorOf(schema)).toEqual({
      bsonType: 'object',
      required: ['status', 'total', 'lines', 'byStatus', 'byCurrency'],
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
          // Without a list of required fields: MongoDB refuses an empty one.
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
      },
      additionalProperties: false,
    });
  });

  it.each([
    ['any value', z.any()],
    ['a map', z.map(z.string(), z.number())],
    ['keys of a pattern', z.record(z.string().regex(/^[A-Z]$/), z.number())],
    ['a tuple', z.tuple([z.string()])],
  ])('refuses %s, which no validator could check', (_, field) => {
    expect(() => validatorOf(z.strictObject({ field }))).toThrow(TypeError);
  });
});
