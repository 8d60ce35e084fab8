import { randomUUID } from 'node:crypto';
import { MalformedMessageError, type CommandEnvelope } from '@tidemark/messaging';
import { PayOrderDto } from '../orders/pay-order/pay-order.dto';
import { ReceivedCommandPipe } from './received-command';

const pipe = new ReceivedCommandPipe(PayOrderDto);
const envelope: CommandEnvelope = {
  commandId: randomUUID(),
  streamType: 'Order',
  type: 'PayOrder',
  correlationId: 'order-7',
  actor: 'process:order-fulfilment',
  causingEventId: randomUUID(),
  data: { orderId: randomUUID(), paymentId: randomUUID(), amount: { amount: 100, currency: 'EUR' } },
};

describe('ReceivedCommandPipe', () => {
  it('checks the data and keeps who sent the command and why', async () => {
    const { data, context } = await pipe.transform(envelope);
    expect(data).toBeInstanceOf(PayOrderDto);
    expect(data).toEqual(envelope.data);
    const { commandId, correlationId, actor, causingEventId } = envelope;
    expect(context).toEqual({
      commandId,
      correlationId,
      actor,
      causingEventId,
      commandHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('hashes what is asked for, whatever the order of the fields, and not who asks', async () => {
    const hashOf = async (changed: Partial<CommandEnvelope>) =>
      (await pipe.transform({ ...envelope, ...changed })).context.commandHash;
    const hash = await hashOf({});
    const reversed = Object.fromEntries(Object.entries(envelope.data as object).reverse());
    expect(await hashOf({ data: reversed, actor: 'process:other', commandId: randomUUID() })).toBe(hash);
    expect(await hashOf({ type: 'PayOrderTwice' })).not.toBe(hash);
    expect(await hashOf({ data: { ...(envelope.data as object), orderId: randomUUID() } })).not.toBe(hash);
  });

  it('drops fields of newer senders', async () => {
    const { data } = await pipe.transform({ ...envelope, data: { ...(envelope.data as object), extra: 1 } });
    expect(data).not.toHaveProperty('extra');
  });

  it.each([
    ['no object', { data: 'text' }],
    ['null', { data: null }],
    ['a list', { data: [] }],
    ['a missing field', { data: { orderId: randomUUID() } }],
    [
      'a bad field inside',
      { data: { ...(envelope.data as object), amount: { amount: 1.5, currency: 'EUR' } } },
    ],
    ['a command id that is no UUID', { commandId: 'command-1' }],
  ])('refuses %s', async (_, changed) => {
    await expect(pipe.transform({ ...envelope, ...changed })).rejects.toThrow(MalformedMessageError);
  });
});
