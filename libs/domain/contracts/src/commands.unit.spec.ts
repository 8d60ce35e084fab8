import { productIdSchema } from '@tidemark/catalogue';
import { orderIdSchema } from '@tidemark/ordering';
import { aggregates } from './aggregates';
import { identifier, reason, uuid } from './command-fields';
import {
  commandContracts,
  commandNames,
  commandOf,
  isCommandName,
  streamOfCommand,
  type CommandData,
} from './commands';

const orderId = '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11';
const paymentId = '11111111-1111-4111-8111-111111111111';
const amount = { amount: 2_598, currency: 'GBP' };

test.each(commandNames)('%s is for an existing aggregate, whose id is one of its fields', (name) => {
  const { streamType, idField, schema } = commandContracts[name];
  expect(Object.keys(aggregates)).toContain(streamType);
  expect(Object.keys(schema.shape)).toContain(idField);
});

test('a command is sent under its name, to the stream type of its contract', () => {
  expect(commandOf('PayOrder', { orderId, paymentId, amount })).toEqual({
    streamType: 'Order',
    type: 'PayOrder',
    data: { orderId, paymentId, amount },
  });
});

test('a field that is renamed, left out or misspelt does not compile', () => {
  // @ts-expect-error the field is called `paymentId`
  commandOf('PayOrder', { orderId, payment: paymentId, amount });
  // @ts-expect-error `amount` is missing
  commandOf('PayOrder', { orderId, paymentId });
  // @ts-expect-error an amount is money
  commandOf('PayOrder', { orderId, paymentId, amount: 2_598 });
  // @ts-expect-error the command is called `PayOrder`
  expect(() => commandOf('PayOrders', { orderId })).toThrow(TypeError);
  // @ts-expect-error the field is called `paymentId`
  const received = (data: CommandData<'PayOrder'>) => data.payment as unknown;
  expect(received(commandContracts.PayOrder.schema.parse({ orderId, paymentId, amount }))).toBeUndefined();
});

describe('the stream that a command is for', () => {
  const stream = (type: string, data: unknown) => streamOfCommand({ type, data });

  it("follows from the command's data", () => {
    expect(stream('PayOrder', { orderId: 'O1' })).toBe('Order-O1');
    expect(stream('ReserveInventory', { orderId: 'O1', productId: 'P1' })).toBe('StockItem-P1');
  });

  it('is undefined if the data does not name it', () => {
    for (const data of [undefined, null, 'text', {}, { orderId: 7 }]) {
      expect(stream('PayOrder', data)).toBeUndefined();
    }
    expect(stream('DestroyOrder', { orderId: 'O1' })).toBeUndefined();
  });
});

test.each([
  ['PayOrder', true],
  ['payOrder', false],
  ['toString', false],
])('%s is a command: %s', (text, known) => {
  expect(isCommandName(text)).toBe(known);
});

test('the fields of newer senders are dropped', () => {
  expect(commandContracts.MarkOrderDelivered.schema.parse({ orderId, more: 1 })).toEqual({ orderId });
});

test('a UUID is accepted in upper and lower case', () => {
  expect(uuid(orderIdSchema).parse(orderId.toUpperCase())).toBe(orderId);
});

test.each([
  [orderId, uuid(orderIdSchema), true],
  ['order-1', uuid(orderIdSchema), false],
  ['00000000-0000-0000-0000-000000000001', uuid(orderIdSchema), false],
  ['LAMP-7', identifier(productIdSchema), true],
  ['.', identifier(productIdSchema), false],
  ['..', identifier(productIdSchema), false],
  ['a b', identifier(productIdSchema), false],
  ['no more', reason, true],
  ['😀'.repeat(500), reason, true],
  ['x'.repeat(501), reason, false],
  [' ', reason, false],
  ['two\nlines', reason, false],
])('%j is accepted or refused: %#', (text, schema, accepted) => {
  expect(schema.safeParse(text).success).toBe(accepted);
});
