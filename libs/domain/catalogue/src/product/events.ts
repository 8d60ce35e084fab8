import { defineEvent, type EventOf } from '@tidemark/kernel';
import { z } from 'zod';
import { priceSchema } from '../price';
import { productIdSchema } from '../product-id';

const name = z.string().min(1);
const imageUrl = z.string().min(1).optional();

export const productAdded = defineEvent(
  'ProductAdded',
  z.strictObject({ productId: productIdSchema, name, imageUrl, price: priceSchema }),
);

export const productPriceChanged = defineEvent(
  'ProductPriceChanged',
  z.strictObject({ productId: productIdSchema, price: priceSchema, previousPrice: priceSchema }),
);

/** Contains all details after the change, not only the changed ones. */
export const productDetailsChanged = defineEvent(
  'ProductDetailsChanged',
  z.strictObject({ productId: productIdSchema, name, imageUrl }),
);

export const productDiscontinued = defineEvent(
  'ProductDiscontinued',
  z.strictObject({ productId: productIdSchema }),
);

export const productContracts = [
  productAdded,
  productPriceChanged,
  productDetailsChanged,
  productDiscontinued,
] as const;

export type ProductEvent = EventOf<(typeof productContracts)[number]>;
