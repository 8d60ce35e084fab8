import type { StatusByCode } from '../write/write-gateway';

/** On the product itself, this refusal is a conflict (409). On an order that names the product, it is 422. */
export const productStatusByCode: StatusByCode = { product_discontinued: 409 };
