import { z } from 'zod';
import { defineReadModel, type DocumentOf } from './define-read-model';

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
  it('ends every index in the id', () => {
    expect(model.indexes).toEqual({
      closed: { status: 1, closedAt: -1, _id: -1 },
      status: { status: 1, _id: 1 },
    });
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
});
