import { z } from 'zod';

/** An amount in minor units (cents) of one ISO 4217 currency. */
export const moneySchema = z.object({
  amount: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

export type Money = Readonly<z.infer<typeof moneySchema>>;

export function money(amount: number, currency: string): Money {
  return { amount, currency };
}

/** @throws RangeError when the currencies differ or the sum is not a safe integer. Callers must check both before. */
export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) {
    throw new RangeError(`cannot add ${b.currency} to ${a.currency}`);
  }
  const amount = a.amount + b.amount;
  if (!Number.isSafeInteger(amount)) {
    throw new RangeError('the sum is not a safe integer');
  }
  return { amount, currency: a.currency };
}

/** @throws RangeError when the result is not a safe integer. */
export function multiplyMoney(price: Money, quantity: number): Money {
  const amount = price.amount * quantity;
  if (!Number.isSafeInteger(amount)) {
    throw new RangeError('the result is not a safe integer');
  }
  return { amount, currency: price.currency };
}

export function sameMoney(a: Money, b: Money): boolean {
  return a.amount === b.amount && a.currency === b.currency;
}
