import type { ConsumeMessage } from 'amqplib';
import { silentLogger } from '../logger';
import { RefusedMessages } from './refused-messages';
import type { MessageRefusal } from './verify-message';

const message = { fields: { routingKey: 'Order.PayOrder' }, properties: {} } as unknown as ConsumeMessage;

it('every message of a flood is counted, and one line a minute is logged for each reason', () => {
  const lines: unknown[] = [];
  const counted: MessageRefusal[] = [];
  const refused = new RefusedMessages({
    kind: 'command',
    logger: { ...silentLogger, warn: (facts) => void lines.push(facts) },
    onRefused: (reason) => void counted.push(reason),
  });
  for (let ms = 0; ms <= 60_000; ms += 10) {
    refused.add('unsigned', message, ms);
  }
  refused.add('expired_key', message, 60_001);
  expect(counted).toHaveLength(6_002);
  expect(lines).toEqual([
    expect.objectContaining({ reason: 'unsigned', routingKey: 'Order.PayOrder', unlogged: 0 }),
    expect.objectContaining({ reason: 'unsigned', unlogged: 5_999 }),
    expect.objectContaining({ reason: 'expired_key', unlogged: 0 }),
  ]);
});
