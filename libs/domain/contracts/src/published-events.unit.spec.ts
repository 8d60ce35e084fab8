import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent } from '@tidemark/kernel';
import { aggregates } from './aggregates';
import { allContracts, eventCodec, type TidemarkEvent } from './all-contracts';
import { partitionKeyOf } from './partition-key-of';

/**
 * One payload per event type and published version, as it lies in somebody's log: `<type>.v<version>.json`. Files are
 * added with a version and never changed: they prove that what was written once can be read for ever.
 */
const folder = join(__dirname, 'fixtures', 'events');

const fixtures = readdirSync(folder).map((file) => {
  const [type = '', version = ''] = file.split('.');
  const data: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return { file, type, schemaVersion: Number(version.slice(1)), data };
});

const latest = fixtures.filter(
  ({ type, schemaVersion }) =>
    allContracts.find((contract) => contract.type === type)?.schemas.length === schemaVersion,
);

test('there is a fixture for each version of each event, and no other', () => {
  const published = allContracts.flatMap(({ type, schemas }) =>
    schemas.map((_, index) => `${type}.v${index + 1}.json`),
  );
  expect(fixtures.map(({ file }) => file).sort()).toEqual(published.sort());
});

test.each(fixtures)('$file fits the schema that it was published by', ({ type, schemaVersion, data }) => {
  const contract = allContracts.find((candidate) => candidate.type === type);
  expect(contract?.schemas[schemaVersion - 1]?.parse(data)).toEqual(data);
});

test.each(fixtures)('$file can be read and written again', (stored) => {
  const event = eventCodec.decode(stored);
  const encoded = eventCodec.encode(event);
  expect(encoded.type).toBe(stored.type);
  expect(eventCodec.decode(encoded)).toEqual(event);
});

test.each(latest)('$file, in its current version, survives the round trip unchanged', (stored) => {
  const { type, schemaVersion, data } = stored;
  expect(eventCodec.encode(eventCodec.decode(stored))).toEqual({ type, schemaVersion, data });
});

test.each(latest)('$file refuses a field that nobody published', ({ type, data }) => {
  const event: DomainEvent = { type, data: { ...(data as object), surprise: 1 } };
  expect(() => eventCodec.encode(event)).toThrow(expect.objectContaining({ code: 'contract_violation' }));
});

test.each(fixtures)('$file is partitioned by its customer or its product', (stored) => {
  const stream = Object.values(aggregates).find(({ contracts }) =>
    contracts.some((contract) => contract.type === stored.type),
  );
  const bySku = ['StockItem', 'Product'].includes(stream!.streamType);
  expect(partitionKeyOf(eventCodec.decode(stored) as TidemarkEvent)).toBe(bySku ? '85123A' : 'C1');
});
