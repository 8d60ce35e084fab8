import type { EventEnvelope } from '@tidemark/kernel';
import { MalformedMessageError } from '../errors';
import { eventMessage, parseEventMessage } from './event-message';

const event: EventEnvelope = {
  eventId: 'e1',
  streamId: 'Order-1',
  streamType: 'Order',
  version: 1,
  partition: 3,
  position: 7,
  type: 'OrderPaid',
  schemaVersion: 1,
  data: { amount: 5 },
  timestamp: '2026-01-01T00:00:00.000Z',
  correlationId: 'c',
  causationId: 'k',
  metadata: { actor: 'test' },
};
const contentOf = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('eventMessage', () => {
  it('carries the whole envelope', () => {
    const { routingKey, content } = eventMessage('tidemark.events', event);
    expect(routingKey).toBe('Order.OrderPaid.3');
    expect(parseEventMessage(content, 3)).toEqual(event);
  });

  it("leaves out a correlation id that the protocol can't carry, because the envelope has it", () => {
    const long = { ...event, correlationId: 'ü'.repeat(128) };
    const { content, properties } = eventMessage('tidemark.events', long);
    expect(properties.correlationId).toBeUndefined();
    expect(parseEventMessage(content, 3).correlationId).toBe(long.correlationId);
    const fitting = { ...event, correlationId: 'x'.repeat(255) };
    expect(eventMessage('tidemark.events', fitting).properties.correlationId).toBe(fitting.correlationId);
  });
});

describe('parseEventMessage', () => {
  it.each([
    ['no JSON', Buffer.from('{')],
    ['no object', contentOf([event])],
    ['null', contentOf(null)],
    ['another partition', contentOf({ ...event, partition: 4 })],
    ['position 0', contentOf({ ...event, position: 0 })],
    ['a fractional position', contentOf({ ...event, position: 1.5 })],
    ['a position in quotes', contentOf({ ...event, position: '7' })],
    ['no event id', contentOf({ ...event, eventId: undefined })],
    ['an empty type', contentOf({ ...event, type: '' })],
    ['no data', contentOf({ ...event, data: undefined })],
    ['no metadata', contentOf({ ...event, metadata: null })],
  ])('refuses %s', (_what, content) => {
    expect(() => parseEventMessage(content, 3)).toThrow(MalformedMessageError);
  });
});
