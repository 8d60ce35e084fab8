import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { ContractViolationError, NewerSchemaVersionError, UnknownEventTypeError } from './errors';
import { EventCodec, defineEvent } from './event-contract';

const Renamed = defineEvent('Renamed', z.strictObject({ name: z.string() }));

/** Version 1 has one name, version 2 has two names, and version 3 has a list. */
const Moved = defineEvent('Moved', z.strictObject({ to: z.string() }))
  .next(z.strictObject({ to: z.string(), from: z.string() }), (v1) => ({ ...v1, from: 'unknown' }))
  .next(z.strictObject({ path: z.array(z.string()), by: z.string().optional() }), (v2) => ({
    path: [v2.from, v2.to],
  }));

describe('EventCodec', () => {
  const codec = new EventCodec([Renamed, Moved]);

  it('stores an event with the current version of its contract', () => {
    expect(codec.encode({ type: 'Renamed', data: { name: 'x' } })).toEqual({
      type: 'Renamed',
      schemaVersion: 1,
      data: { name: 'x' },
    });
    expect(codec.encode({ type: 'Moved', data: { path: ['a'] } }).schemaVersion).toBe(3);
  });

  it.each([
    ['a missing field', {}],
    ['a field that no version has', { name: 'x', age: 3 }],
    ['another type', { name: 3 }],
  ])('refuses %s on the way in', (_name, data) => {
    expect(() => codec.encode({ type: 'Renamed', data })).toThrow(ContractViolationError);
  });

  it.each([
    [1, { to: 'b' }, ['unknown', 'b']],
    [2, { to: 'b', from: 'a' }, ['a', 'b']],
    [3, { path: ['a', 'b'] }, ['a', 'b']],
  ])('lifts version %d through every later version', (schemaVersion, data, path) => {
    expect(codec.decode({ type: 'Moved', schemaVersion, data })).toEqual({ type: 'Moved', data: { path } });
  });

  it('says which fields are wrong', () => {
    expect(() => codec.encode({ type: 'Moved', data: { path: ['a', 2] } })).toThrow(
      /^Moved does not fit its contract: path\.1: .*string/,
    );
  });

  it('takes a schema of any library, as long as it answers at once', () => {
    const schemaOf = (validate: (value: unknown) => StandardSchemaV1.Result<string>, isLate = false) => ({
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) => (isLate ? Promise.resolve(validate(value)) : validate(value)),
      },
    });
    const shout = (value: unknown) => ({ value: String(value).toUpperCase() });
    const others = new EventCodec([
      defineEvent('Shouted', schemaOf(shout)),
      defineEvent(
        'Refused',
        schemaOf(() => ({ issues: [{ message: 'too quiet', path: [{ key: 'voice' }] }] })),
      ),
      defineEvent('Late', schemaOf(shout, true)),
    ]);
    expect(others.encode({ type: 'Shouted', data: 'ahoy' }).data).toBe('AHOY');
    expect(() => others.encode({ type: 'Refused', data: '' })).toThrow('contract: voice: too quiet');
    expect(() => others.encode({ type: 'Late', data: '' })).toThrow(
      new TypeError('the schema of Late validates asynchronously; events need a synchronous schema'),
    );
  });

  it('names the unknown type', () => {
    expect(() => codec.decode({ type: 'Lost', schemaVersion: 1, data: {} })).toThrow(
      new UnknownEventTypeError('Lost'),
    );
    expect(() => codec.encode({ type: 'Lost', data: {} })).toThrow(UnknownEventTypeError);
  });

  it('names the version that is too new', () => {
    expect(() => codec.decode({ type: 'Renamed', schemaVersion: 2, data: {} })).toThrow(
      new NewerSchemaVersionError('Renamed', 2, 1),
    );
  });

  it('does not start with two contracts of one name', () => {
    expect(() => new EventCodec([Renamed, Renamed])).toThrow('Renamed');
  });
});

describe('an upcaster', () => {
  const v1 = defineEvent('Weighed', z.strictObject({ grams: z.int() }));
  const v2 = z.strictObject({ grams: z.int(), scale: z.string(), note: z.string().optional() });
  const v3 = z.strictObject({ parts: z.tuple([z.int()], z.int()), notes: z.array(z.string()) });

  it('does not compile if it reads or gives fields that the versions do not have', () => {
    // @ts-expect-error version 1 has no `gramms`
    v1.next(v2, (data) => ({ grams: data.gramms, scale: 'A' }));
    // @ts-expect-error `scale` is missing
    v1.next(v2, (data) => ({ ...data }));
    // @ts-expect-error version 2 has no `notes`
    v1.next(v2, (data) => ({ ...data, scale: 'A', notes: 'a misspelt optional field' }));
    const lifted = v1.next(v2, (data) => ({ ...data, scale: 'A' }));
    // @ts-expect-error `parts` has at least one
    lifted.next(v3, () => ({ parts: [], notes: [] }));
    expect(lifted.next(v3, ({ grams }) => ({ parts: [grams], notes: [] })).schemas).toHaveLength(3);
  });

  it('does not change the contract of the version before', () => {
    v1.next(v2, (data) => ({ ...data, scale: 'A' }));
    expect(v1.schemas).toHaveLength(1);
  });

  it('does not turn the contract into a promise', async () => {
    expect(await v1).toBe(v1);
  });
});
