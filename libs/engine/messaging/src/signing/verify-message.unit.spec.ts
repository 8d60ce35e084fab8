import type { ConsumeMessage } from 'amqplib';
import type { OutgoingMessage } from '../broker/message';
import type { CommandEnvelope } from '../commands/command-envelope';
import { commandMessage } from '../commands/command-message';
import { eventMessage } from '../events/event-message';
import { countedEvent } from '../events/in-memory-log.fixture';
import { signMessage } from './sign-message';
import { keysOf, testKey } from './test-keys.fixture';
import { verifyMessage, type MessageKind, type Verdict } from './verify-message';

const NOW = Date.parse('2026-12-01T00:00:00Z');
const relayKey = testKey('relay');
const processKey = testKey('process:test');
const keys = keysOf(relayKey, processKey, testKey('process:other'));
const exchanges = { event: 'tidemark.events', command: 'tidemark.commands' };

const command: CommandEnvelope = {
  commandId: '018f6d2e-0000-7000-8000-000000000001',
  streamType: 'Order',
  type: 'PayOrder',
  data: { orderId: 'o' },
  correlationId: 'c',
  actor: 'process:test',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const unsigned = {
  event: eventMessage(exchanges.event, countedEvent(3, 7)),
  command: commandMessage(exchanges.command, command, 2),
};
const signedEvent = signMessage(unsigned.event, relayKey);
const signedCommand = signMessage(unsigned.command, processKey);

/** The message as the broker delivers it. */
function delivered(message: OutgoingMessage): ConsumeMessage {
  const { exchange, routingKey, content, properties } = message;
  return { fields: { exchange, routingKey }, properties, content } as unknown as ConsumeMessage;
}

const verify = (message: OutgoingMessage, kind: MessageKind = 'event', nowMs = NOW): Verdict =>
  verifyMessage(delivered(message), { keys, kind, exchange: exchanges[kind] }, nowMs);

function withHeaders(message: OutgoingMessage, headers: Record<string, unknown>): OutgoingMessage {
  const own = message.properties.headers as Record<string, unknown>;
  return { ...message, properties: { ...message.properties, headers: { ...own, ...headers } } };
}

/** The text with one bit of one byte changed, or with one byte left out, for every byte. */
const alterations = (text: Buffer): Buffer[] =>
  Array.from(text).flatMap((byte, at) => [
    Buffer.concat([text.subarray(0, at), Buffer.from([byte ^ 1]), text.subarray(at + 1)]),
    Buffer.concat([text.subarray(0, at), text.subarray(at + 1)]),
  ]);

function altered(value: unknown): unknown[] {
  const texts = () => alterations(Buffer.from(String(value))).map((each) => each.toString());
  return typeof value === 'number' ? [value + 1, String(value), undefined] : [...texts(), undefined];
}

/** The message with one thing changed, for each byte of its content, address, properties and headers. */
function* forgeries(message: OutgoingMessage): Generator<[string, OutgoingMessage]> {
  const { headers, ...properties } = message.properties;
  for (const content of alterations(message.content)) {
    yield ['content', { ...message, content }];
  }
  for (const name of ['exchange', 'routingKey'] as const) {
    for (const value of altered(message[name])) {
      yield [name, { ...message, [name]: value }];
    }
  }
  for (const [name, value] of Object.entries(properties)) {
    for (const other of altered(value)) {
      yield [name, { ...message, properties: { ...message.properties, [name]: other } }];
    }
  }
  for (const [name, value] of Object.entries(headers as Record<string, unknown>)) {
    for (const other of altered(value)) {
      yield [name, withHeaders(message, { [name]: other })];
    }
  }
}

describe('a message', () => {
  it('has the owner of the key that signed it', () => {
    expect(verify(signedEvent)).toEqual({ owner: 'relay' });
    expect(verify(signedCommand, 'command')).toEqual({ owner: 'process:test' });
  });

  it.each([
    ['event', signedEvent],
    ['command', signedCommand],
  ] as const)('is refused if any of its bytes is altered: %s', (kind, message) => {
    const all = [...forgeries(message)];
    expect(new Set(all.map(([name]) => name))).toEqual(
      new Set([
        ...['content', 'exchange', 'routingKey', 'messageId', 'type', 'contentType', 'correlationId'],
        ...['signing-key', 'signature', 'traceparent'],
        ...(kind === 'event' ? ['partition', 'position'] : ['send-attempt']),
      ]),
    );
    expect(all.length).toBeGreaterThan(700);
    expect(all.filter(([, forged]) => !('refused' in verify(forged, kind))).map(([name]) => name)).toEqual(
      [],
    );
  });

  it('is refused if bytes are moved from one part to the next', () => {
    const { messageId, type } = signedEvent.properties;
    const moved = { messageId: `${messageId}${type}`, type: '' };
    const forged = { ...signedEvent, properties: { ...signedEvent.properties, ...moved } };
    expect(verify(forged)).toEqual({ refused: 'wrong_signature' });
  });

  it('may get more headers from the broker', () => {
    expect(verify(withHeaders(signedEvent, { 'x-delivery-count': 3 }))).toEqual({ owner: 'relay' });
  });

  it.each<[string, OutgoingMessage, Verdict]>([
    ['without a signature', unsigned.event, { refused: 'unsigned' }],
    [
      'with a signature that is not a text',
      withHeaders(signedEvent, { signature: Buffer.from('s') }),
      { refused: 'unsigned' },
    ],
    [
      'with a key that is not a text',
      withHeaders(signedEvent, { 'signing-key': 7 }),
      { refused: 'unsigned' },
    ],
    ['with an unknown key', withHeaders(signedEvent, { 'signing-key': 'x' }), { refused: 'unknown_key' }],
    [
      'with the signature of another key',
      signMessage(unsigned.event, { ...processKey, id: 'relay' }),
      { refused: 'wrong_signature' },
    ],
    ['with an empty signature', withHeaders(signedEvent, { signature: '' }), { refused: 'wrong_signature' }],
    [
      'under another routing key',
      { ...signedEvent, routingKey: 'Counter.Counted.4' },
      { refused: 'wrong_signature' },
    ],
    [
      'signed for the same key at another exchange',
      signMessage({ ...unsigned.event, exchange: 'other.events' }, relayKey),
      { refused: 'wrong_signature' },
    ],
    ['signed by a process', signMessage(unsigned.event, processKey), { refused: 'wrong_sender' }],
  ])('is not accepted as an event %s', (_, message, verdict) => {
    expect(verify(message)).toEqual(verdict);
  });

  it('is not accepted as a command if the relay signed it', () => {
    expect(verify(signMessage(unsigned.command, relayKey), 'command')).toEqual({ refused: 'wrong_sender' });
  });

  it('is refused after the end of its key, but not before the start of its key', () => {
    const key = testKey('relay', { notBeforeMs: NOW - 10, notAfterMs: NOW });
    const judge = (nowMs: number) =>
      verifyMessage(
        delivered(signedEvent),
        { keys: keysOf(key), kind: 'event', exchange: exchanges.event },
        nowMs,
      );
    expect(judge(NOW)).toEqual({ refused: 'expired_key' });
    expect(judge(NOW - 1)).toEqual({ owner: 'relay' });
    // The clock of the signer may be ahead.
    expect(judge(NOW - 20)).toEqual({ owner: 'relay' });
  });
});
