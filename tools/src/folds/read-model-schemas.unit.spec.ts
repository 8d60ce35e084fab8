import { foldAll, validatorOf } from '@tidemark/projections';
import { readModels, type ReadModelName } from '@tidemark/read-models';
import type { Document } from 'mongodb';
import { projections } from 'projection-service/projections';
import { sampleLines, sampleLog } from './sample-log';

const log = sampleLog(sampleLines());

/** A validator for the few keywords of the schemas, so that they are tested without MongoDB. */
function faults(schema: Document, value: unknown, path = ''): string[] {
  if (schema['enum']) {
    return schema['enum'].includes(value) ? [] : [`${path} is none of the listed values`];
  }
  if (typeOf(value) !== schema['bsonType']) {
    return [`${path} is ${typeOf(value)}`];
  }
  if (typeof value === 'number') {
    return value < (schema['minimum'] ?? -Infinity) ? [`${path} is too small`] : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => faults(schema['items'], item, `${path}[${index}]`));
  }
  return schema['bsonType'] === 'object' ? faultsOfFields(schema, value as Document, path) : [];
}

function faultsOfFields(schema: Document, value: Document, path: string): string[] {
  const { required = [], properties = {}, additionalProperties } = schema;
  const given = Object.entries(value).filter(([, field]) => field !== undefined);
  const missing = (required as string[]).filter((name) => !given.some(([field]) => field === name));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...given.flatMap(([name, field]) => {
      const expected = properties[name] ?? additionalProperties;
      return expected ? faults(expected, field, `${path}.${name}`) : [`${path}.${name} is unknown`];
    }),
  ];
}

function typeOf(value: unknown): string {
  if (value instanceof Date) {
    return 'date';
  }
  if (typeof value === 'boolean') {
    return 'bool';
  }
  return Array.isArray(value) ? 'array' : typeof value;
}

describe('validators', () => {
  it.each(projections.map((projection) => [projection.name, projection] as const))(
    "of %s accept the projection's documents, and refuse other fields and types",
    (name, projection) => {
      const schema = validatorOf(readModels[name as ReadModelName].schema);
      const seen = new Set<unknown>();
      for (let length = 1; length <= log.length; length += 1) {
        const { partition, position } = log[length - 1]!;
        const documents = [...foldAll(projection, log.slice(0, length)).values()];
        // The last event did not change the other documents.
        for (const document of documents.filter(
          (one) => one.partition === partition && one.position === position,
        )) {
          expect(faults(schema, document)).toEqual([]);
          expect(faults(schema, { ...document, surprise: 1 })).toEqual(['.surprise is unknown']);
          expect(faults(schema, { ...document, position: '1' })).toEqual(['.position is string']);
          seen.add(document._id);
        }
      }
      expect(seen.size).toBeGreaterThan(0);
    },
  );

  it('have no empty list of required fields, which MongoDB would refuse', () => {
    const validators = Object.values(readModels).map(({ schema }) => validatorOf(schema));
    expect(JSON.stringify(validators)).not.toContain('"required":[]');
  });
});
