import { randomUUID } from 'node:crypto';
import { commandContracts } from '@tidemark/contracts';
import { MalformedMessageError, type CommandEnvelope } from '@tidemark/messaging';
import { IsText } from '@tidemark/platform';
import { validateSync } from 'class-validator';
import * as fc from 'fast-check';
import { ReceivedCommandPipe } from './received-command';

const pipe = new ReceivedCommandPipe();
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
  it('checks the data and keeps who sent the command and why', () => {
    const { name, data, context } = pipe.transform(envelope);
    expect(name).toBe('PayOrder');
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

  it('hashes the data in any order of the fields, without the sender', () => {
    const hashOf = (changed: Partial<CommandEnvelope>) =>
      pipe.transform({ ...envelope, ...changed }).context.commandHash;
    const hash = hashOf({});
    const reversed = Object.fromEntries(Object.entries(envelope.data as object).reverse());
    expect(hashOf({ data: reversed, actor: 'process:other', commandId: randomUUID() })).toBe(hash);
    expect(hashOf({ type: 'MarkOrderDelivered' })).not.toBe(hash);
    expect(hashOf({ data: { ...(envelope.data as object), orderId: randomUUID() } })).not.toBe(hash);
  });

  it('drops fields of newer senders', () => {
    const { data } = pipe.transform({ ...envelope, data: { ...(envelope.data as object), extra: 1 } });
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
    ['a command without a contract', { type: 'DestroyOrder' }],
  ])('refuses %s', (_, changed) => {
    expect(() => pipe.transform({ ...envelope, ...changed })).toThrow(MalformedMessageError);
  });

  it('names the fields that are wrong', () => {
    const data = { orderId: 'order-1', amount: { amount: -1, currency: 'EUR' } };
    expect(() => pipe.transform({ ...envelope, data })).toThrow(
      /^Order\.PayOrder: orderId: .*; paymentId: .*; amount\.amount: /,
    );
  });

  it('accepts a cancellation reason only if a customer could give it', () => {
    class Asked {
      @IsText(500)
      readonly reason!: string;
    }
    const piece = fc.constantFrom('a', ' ', '\n', '\u2028', '😀', '\ud800', '❤️', '\ufe0e', '\0');
    const length = fc.constantFrom(0, 1, 2, 250, 498, 499, 500, 501);
    const reasons = fc
      .tuple(piece, length, piece, length)
      .map(([first, times, second, more]) => first.repeat(times) + second.repeat(more));
    const { reason } = commandContracts.CancelShipment.schema.shape;
    fc.assert(
      fc.property(reasons, (text) => {
        const isTakenOverHttp = validateSync(Object.assign(new Asked(), { reason: text })).length === 0;
        expect(reason.safeParse(text).success).toBe(isTakenOverHttp);
      }),
    );
  });
});
