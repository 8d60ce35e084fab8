import type { StatusByCode } from '../write/write-gateway';

/** For the product itself it is a conflict; for an order that names it, the request can't be processed. */
export const productStatusByCode: StatusByCode = { product_discontinued: 409 };
