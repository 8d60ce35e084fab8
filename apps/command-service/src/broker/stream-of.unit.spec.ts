import type { CommandEnvelope } from '@tidemark/messaging';
import { streamOf } from './stream-of';

function command(streamType: string, data: unknown): CommandEnvelope {
  return { commandId: 'c', streamType, type: 'T', data, correlationId: 'x', actor: 'process:test' };
}

describe('streamOf', () => {
  it('finds the stream that a command is for', () => {
    expect(streamOf(command('Order', { orderId: 'O1' }))).toBe('Order-O1');
    expect(streamOf(command('StockItem', { orderId: 'O1', productId: 'P1' }))).toBe('StockItem-P1');
  });

  it('leaves what it can not tell alone', () => {
    for (const data of [undefined, null, 'text', {}, { orderId: 7 }]) {
      expect(streamOf(command('Order', data))).toBeUndefined();
    }
  });
});
