import { parsePaymentId, paymentIdSchema } from './payment-id';

test('a UUID in upper or lower case becomes a payment id in lower case', () => {
  const id = '0192f0c1-2345-7abc-8def-0123456789ab';
  expect(parsePaymentId(id.toUpperCase())).toBe(id);
  expect(paymentIdSchema.safeParse(id).success).toBe(true);
  expect(paymentIdSchema.safeParse(id.toUpperCase()).success).toBe(false);
});

test.each(['', 'P1', '0192f0c1-2345-7abc-8def'])('%j is not', (text) => {
  expect(parsePaymentId(text)).toBeUndefined();
});
