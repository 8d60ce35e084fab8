import { MalformedMessageError } from '../errors';
import { countedEvent } from '../events/in-memory-log.fixture';
import type { Lease } from '../lease';
import {
  failedAgain,
  gaveUp,
  isHeldBackBy,
  isRequested,
  matters,
  movedOn,
  parkedStream,
  requested,
} from './parked-stream';

const lease: Lease = { partition: 0, owner: 'replica', epoch: 1 };
const events = [1, 2, 3, 4, 5].map((position) => countedEvent(0, position));
const [, second, third, fourth] = events;
const parkedAt = (error: unknown = new RangeError('too much')) =>
  parkedStream('projections', lease, second!, { error, attempts: 10 }, 'T1');
const heldBack = (stream: ReturnType<typeof parkedAt>) =>
  events.filter((event) => isHeldBackBy(stream, event)).map(({ position }) => position);

describe('a parked stream', () => {
  it('has an id that follows from the group and the event', () => {
    expect(parkedAt().id).toBe(parkedAt().id);
    expect(parkedStream('fulfilment', lease, second!, { error: 0, attempts: 1 }, 'T1').id).not.toBe(
      parkedAt().id,
    );
  });

  it('has the code of the error and its reason, at a bounded length', () => {
    expect(parkedAt().error).toEqual({ code: 'RangeError', message: 'too much' });
    const fault = new MalformedMessageError('no event', { cause: new Error('because of the weather') });
    expect(parkedAt(fault).error).toEqual({
      code: 'malformed_message',
      message: 'no event: because of the weather',
    });
    expect(parkedAt(new Error('x'.repeat(5_000))).error.message).toHaveLength(1_000);
    expect(parkedAt('oops').error).toEqual({ code: 'unknown', message: 'oops' });
  });

  it('holds back its event and later events of its stream, and no others', () => {
    expect(heldBack(parkedAt())).toEqual([2, 3, 4, 5]);
    expect(isHeldBackBy(parkedAt(), { ...third!, streamId: 'Counter-9' })).toBe(false);
  });

  it('takes one request at a time, and holds back the same events until the request is carried out', () => {
    const asked = requested(parkedAt(), 'retry', 'ann', 'T2')!;
    expect(asked).toMatchObject({
      status: 'RETRY_REQUESTED',
      revision: 2,
      acts: [
        { act: 'parked', actor: 'replica', at: 'T1' },
        { act: 'retry_requested', actor: 'ann', at: 'T2' },
      ],
    });
    expect(isRequested(asked)).toBe(true);
    expect(heldBack(asked)).toEqual([2, 3, 4, 5]);
    expect(requested(asked, 'discard', 'bob', 'T3')).toBeUndefined();
    const failed = failedAgain(asked, new TypeError('still'), 'replica', 'T3');
    expect(failed).toMatchObject({ status: 'PARKED', error: { code: 'TypeError' }, attempts: 11 });
    expect(requested(failed, 'discard', 'bob', 'T4')).toMatchObject({ status: 'DISCARD_REQUESTED' });
  });

  it('moves on event by event, until nothing is left', () => {
    const further = movedOn(parkedAt(), fourth, 'replica', 'T2');
    expect(heldBack(further)).toEqual([4, 5]);
    const resolved = movedOn(further, undefined, 'replica', 'T3');
    expect(resolved).toMatchObject({ status: 'RESOLVED', acts: [{ act: 'parked' }, { act: 'retried' }] });
    expect(heldBack(resolved)).toEqual([]);
    expect(matters(resolved)).toBe(false);
    expect(requested(resolved, 'retry', 'ann', 'T4')).toBeUndefined();
  });

  it('holds back a discarded event for ever, and requests a retry of the rest', () => {
    const without = gaveUp(parkedAt(), third, 'replica', 'T2');
    expect(without).toMatchObject({ status: 'RETRY_REQUESTED', event: { position: 3 }, attempts: 0 });
    expect(heldBack(without)).toEqual([2, 3, 4, 5]);
    const resolved = movedOn(without, undefined, 'replica', 'T3');
    expect(heldBack(resolved)).toEqual([2]);
    expect(matters(resolved)).toBe(true);
    expect(gaveUp(parkedAt(), undefined, 'replica', 'T2').status).toBe('RESOLVED');
  });
});
