import { moneySchema } from '@tidemark/kernel/money';
import { z } from 'zod';

/** The highest price, in minor units. */
export const maxPriceAmount = 1_000_000_000_000;

/** The price of one piece: 0 to `maxPriceAmount` minor units. */
export const priceSchema = moneySchema.extend({ amount: z.int().min(0).max(maxPriceAmount) });
