import { expect, type TestRunner } from '@tidemark/kernel/testing';
import type { AppendRequest } from '../append';
import { command, request } from './counter';
import { EventTooLargeError, InvalidAppendError } from '../errors';
import type { EventStoreBed } from './event-store-bed';
import { partitionOf } from '../partition-of';

/** The part of the contract about appends that are invalid in themselves. */
export function refusesWhatCannotBeStored(bed: () => EventStoreBed, { it }: TestRunner): void {
  const nested = (depth: number): unknown => {
    let value: unknown = 0;
    for (let level = 0; level < depth; level += 1) {
      value = [value];
    }
    return value;
  };

  const unstorable: [string, unknown][] = [
    ['NUL', 'a\0b'],
    ['NUL in a key', { 'a\0b': 1 }],
    ['half a surrogate pair', '\ud800'],
    ['half a surrogate pair in a key', { '\udfff': 1 }],
    ['__proto__', JSON.parse('{"__proto__": {"admin": true}}')],
    ['NaN', NaN],
    ['Infinity', { deep: [Infinity] }],
    ['a depth of 10,000', nested(10_000)],
    ['a Map', new Map()],
    ['a Date', new Date()],
    ['a bigint', 1n],
    ['a function', () => 1],
  ];

  for (const [what, note] of unstorable) {
    it(`refuses ${what} before anything is sent, and does not harm simultaneous appends`, async () => {
      const before = await bed().store.heads();
      const good = Array.from({ length: 5 }, () => bed().store.append(request()));
      const bad = bed().store.append(request({ events: [{ type: 'Noted', data: { note } }] }));
      await expect(bad).rejects.toThrow(InvalidAppendError);
      await Promise.all(good);
      const partition = partitionOf('key', bed().partitions);
      expect((await bed().store.heads()).get(partition)).toBe(before.get(partition)! + 5);
    });
  }

  const invalid: [string, Partial<AppendRequest>, new (...args: never[]) => Error][] = [
    [
      'an event of 2 MB',
      { events: [{ type: 'Noted', data: { note: 'x'.repeat(2_000_000) } }] },
      EventTooLargeError,
    ],
    ['a stream id of 300 characters', { aggregateId: 'x'.repeat(300) }, InvalidAppendError],
    ['a stream type with a hyphen', { streamType: 'Coun-ter' }, InvalidAppendError],
    ['no event', { events: [] as unknown as AppendRequest['events'] }, InvalidAppendError],
    ['a version of 1.5', { expectedVersion: 1.5 }, InvalidAppendError],
    ['a command id that is no UUID', { command: command({ commandId: 'c' }) }, InvalidAppendError],
    ['an actor with NUL', { command: command({ actor: '\0' }) }, InvalidAppendError],
    [
      'custom metadata of 9 KB',
      { command: command({ custom: { note: 'x'.repeat(9_000) } }) },
      InvalidAppendError,
    ],
    ['custom metadata that is a list', { command: command({ custom: ['a'] as never }) }, InvalidAppendError],
    ['custom metadata with a Date', { command: command({ custom: { at: new Date() } }) }, InvalidAppendError],
  ];
  for (const [what, overrides, error] of invalid) {
    it(`refuses ${what} before anything is sent`, async () => {
      const before = await bed().store.heads();
      await expect(bed().store.append(request(overrides))).rejects.toThrow(error);
      expect(await bed().store.heads()).toEqual(before);
    });
  }
}
