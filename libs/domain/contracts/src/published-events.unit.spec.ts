import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent } from '@tidemark/kernel';
import { aggregates } from './aggregates';
import { allContracts, eventCodec, type TidemarkEvent } from './all-contracts';
import { partitionKeyOf } from './partition-key-of';

/** A line of the sample log: a stored event. */
interface StoredEvent {
  readonly streamId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const stored = readFileSync(join(__dirname, 'fixtures', 'sample-log.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as StoredEvent)
  .map((event, index) => ({ ...event, line: index + 1 }));

const contractOf = (type: string) => allContracts.find((contract) => contract.type === type);
const versionsIn = (events: readonly StoredEvent[]) => [
  ...new Set(events.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`)),
];
const latest = stored.filter(({ type, schemaVersion }) => contractOf(type)?.schemas.length === schemaVersion);

test('the log has an event of each version of each type, and no other events', () => {
  const published = allContracts.flatMap(({ type, schemas }) =>
    schemas.map((_, index) => `${type} ${index + 1}`),
  );
  expect(versionsIn(stored).sort()).toEqual(published.sort());
});

test.each(stored)('line $line, $type, fits the schema under which it was published', (event) => {
  const { type, schemaVersion, data } = event;
  expect(contractOf(type)?.schemas[schemaVersion - 1]?.['~standard'].validate(data)).toEqual({ value: data });
});

test.each(stored)('line $line, $type, can be read and written again', (event) => {
  const decoded = eventCodec.decode(event);
  const encoded = eventCodec.encode(decoded);
  expect(encoded.type).toBe(event.type);
  expect(eventCodec.decode(encoded)).toEqual(decoded);
});

test.each(latest)('line $line, $type, in its current version, survives the round trip unchanged', (event) => {
  const { type, schemaVersion, data } = event;
  expect(eventCodec.encode(eventCodec.decode(event))).toEqual({ type, schemaVersion, data });
});

test.each(latest)('line $line, $type, refuses a field that is not in its schema', ({ type, data }) => {
  const event: DomainEvent = { type, data: { ...data, surprise: 1 } };
  expect(() => eventCodec.encode(event)).toThrow(expect.objectContaining({ code: 'contract_violation' }));
});

test.each(stored)('line $line, $type, is partitioned by its customer or its product', (event) => {
  const stream = Object.values(aggregates).find(({ contracts }) =>
    contracts.some((contract) => contract.type === event.type),
  );
  const bySku = ['StockItem', 'Product'].includes(stream!.streamType);
  const key = bySku ? event.data['productId'] : event.data['customerId'];
  expect(key).toEqual(expect.any(String));
  expect(partitionKeyOf(eventCodec.decode(event) as TidemarkEvent)).toBe(key);
});
