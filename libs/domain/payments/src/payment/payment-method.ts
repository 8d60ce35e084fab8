import { z } from 'zod';

/** The token stands for the card at the provider; no card data is ever seen here. */
export const paymentMethodSchema = z.strictObject({ type: z.literal('card'), token: z.string().min(1) });

export type PaymentMethod = Readonly<z.infer<typeof paymentMethodSchema>>;
