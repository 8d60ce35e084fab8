import { findDeliveryFaults, type RecordedEvent } from './delivery-faults.fixture';

const [a1, b1, a2, a3, b2] = (['a1', 'b1', 'a2', 'a3', 'b2'] as const).map((eventId, index) => ({
  eventId,
  streamId: eventId[0]!,
  version: Number(eventId[1]),
  partition: 0,
  position: index + 1,
})) as [RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent];
const log = [a1, b1, a2, a3, b2];

const found = (applied: readonly RecordedEvent[]) =>
  findDeliveryFaults(log, applied).map(({ kind, event }) => `${kind} ${event.eventId}`);

describe('findDeliveryFaults', () => {
  it.each<[string, RecordedEvent[]]>([
    ['as the log has it', log],
    ['with the streams interleaved in another way', [b1, b2, a1, a2, a3]],
  ])('finds no fault in events that were applied once and in order, %s', (_how, applied) => {
    expect(found(applied)).toEqual([]);
  });

  it.each<[string, RecordedEvent[], string[]]>([
    ['nothing was applied', [], ['missing a1', 'missing b1', 'missing a2', 'missing a3', 'missing b2']],
    ['the first is missing', [b1, a2, a3, b2], ['missing a1']],
    ['an event in the middle is missing', [a1, b1, a3, b2], ['missing a2']],
    ['the last is missing', [a1, b1, a2, a3], ['missing b2']],
    ['an event is applied twice in a row', [a1, a1, b1, a2, a3, b2], ['doubled a1']],
    ['an event is applied again at the end', [...log, a2], ['doubled a2']],
    [
      'everything is applied again',
      [...log, ...log],
      ['a1', 'b1', 'a2', 'a3', 'b2'].map((id) => `doubled ${id}`),
    ],
    ['two events of a stream are swapped', [a1, b1, a3, a2, b2], ['out_of_order a2']],
    ['an event comes after two later events', [a2, a3, a1, b1, b2], ['out_of_order a1']],
    ['an event is missing, and another occurs twice', [a1, b1, a2, a2, b2], ['doubled a2', 'missing a3']],
    ['an event is not in the log', [...log, { ...a1, eventId: 'c1' }], ['foreign c1']],
    ['an event has another version', [a1, b1, { ...a2, version: 3 }, a3, b2], ['foreign a2']],
    ['an event has another position', [a1, { ...b1, position: 9 }, a2, a3, b2], ['foreign b1']],
    ['an event has another partition', [{ ...a1, partition: 1 }, b1, a2, a3, b2], ['foreign a1']],
    ['an event has another stream', [a1, b1, a2, a3, { ...b2, streamId: 'a' }], ['foreign b2']],
  ])('notices when %s', (_what, applied, faults) => {
    expect(found(applied)).toEqual(faults);
  });
});
