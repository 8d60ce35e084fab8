import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { z } from 'zod';
import { documentDto } from './document-dto';

const parcels = defineReadModel({
  name: 'parcels',
  fields: {
    weight: z.number(),
    state: z.enum(['OPEN', 'CLOSED']),
    note: z.string().optional(),
    sentAt: z.date(),
    secret: z.string(),
    lines: z.array(z.string()),
  },
});

class ParcelDto extends documentDto(parcels, {
  id: 'parcelId',
  internal: ['secret'],
  describe: { parcelId: { format: 'uuid' }, weight: { minimum: 0 }, lines: { type: [String] } },
}) {}

const document: DocumentOf<typeof parcels> = {
  ...{ _id: 'p1', partition: 3, position: 7 },
  weight: 2,
  state: 'OPEN',
  sentAt: new Date('2026-01-01T00:00:00.000Z'),
  secret: 'x',
  lines: ['a'],
};

it('publishes every field of the document that is not internal, and the id under its own name', () => {
  const { weight, state, lines, sentAt } = document;
  expect(ParcelDto.of(document)).toEqual({ parcelId: 'p1', weight, state, lines, sentAt });
  expect(ParcelDto.of({ ...document, note: 'fragile' })).toMatchObject({ note: 'fragile' });
  expect(Object.keys(ParcelDto.of(document))).not.toContain('note');
  const shown: { readonly parcelId: string; readonly weight: number } = ParcelDto.of(document);
  // @ts-expect-error it is not published
  expect((shown as ParcelDto).secret).toBeUndefined();
});

it('describes each published field by its kind, and adds what is said of it', () => {
  const described = (field: string) =>
    Reflect.getMetadata('swagger/apiModelProperties', ParcelDto.prototype, field) as unknown;
  expect(described('parcelId')).toMatchObject({ type: String, format: 'uuid' });
  expect(described('weight')).toMatchObject({ type: Number, minimum: 0 });
  expect(described('state')).toMatchObject({ enum: ['OPEN', 'CLOSED'] });
  expect(described('note')).toMatchObject({ type: String, required: false });
  expect(described('sentAt')).toMatchObject({ type: Date });
  expect(described('lines')).toMatchObject({ isArray: true });
  expect(['weight', 'state', 'sentAt', 'lines'].map(described)).not.toContainEqual(
    expect.objectContaining({ required: false }),
  );
  for (const field of ['secret', 'partition', 'position', '_id']) {
    expect(described(field)).toBeUndefined();
  }
});

it('asks for the type of a field that is of another kind', () => {
  expect(() => documentDto(parcels, { id: 'id' })).toThrow(
    new TypeError('parcels.lines: give its type in `describe`'),
  );
});
