import { aggregates, isStreamType } from './aggregates';
import { allContracts } from './all-contracts';

test.each(Object.entries(aggregates))('%s is found under its own stream type', (key, aggregate) => {
  expect(aggregate.streamType).toBe(key);
  expect(key).not.toContain('-');
});

test('every contract belongs to one aggregate', () => {
  const published = Object.values(aggregates).flatMap(({ contracts }) => contracts.map(({ type }) => type));
  expect([...published].sort()).toEqual(allContracts.map(({ type }) => type).sort());
  expect(new Set(published).size).toBe(published.length);
});

test('every state before the first event can be stored as JSON', () => {
  for (const { initial } of Object.values(aggregates)) {
    expect(JSON.parse(JSON.stringify(initial))).toEqual(initial);
  }
});

test.each([
  ['Order', true],
  ['order', false],
  ['toString', false],
])('%s is a stream type: %s', (text, known) => {
  expect(isStreamType(text)).toBe(known);
});
