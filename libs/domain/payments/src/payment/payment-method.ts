import { z } from 'zod';

/** The token represents the card at the provider. Card data never arrives here. */
export const paymentMethodSchema = z.strictObject({ type: z.literal('card'), token: z.string().min(1) });

export type PaymentMethod = Readonly<z.infer<typeof paymentMethodSchema>>;
