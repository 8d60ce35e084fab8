import { z } from 'zod';

export const maxQuantity = 1_000_000;

/** Pieces of one product in one command or line: 1 to `maxQuantity`. */
export const quantitySchema = z.int().min(1).max(maxQuantity);
