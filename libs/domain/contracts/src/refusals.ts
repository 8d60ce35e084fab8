import type * as catalogue from '@tidemark/catalogue';
import type * as customers from '@tidemark/customers';
import type * as inventory from '@tidemark/inventory';
import type { Decision } from '@tidemark/kernel';
import type * as ordering from '@tidemark/ordering';
import type * as payments from '@tidemark/payments';
import type * as shipping from '@tidemark/shipping';

/** How a refusal by the domain reads to a client. */
export interface RefusalKind {
  /** The status of the HTTP answer, unless a route says otherwise. */
  readonly status: number;
  readonly description: string;
}

type CodeOf<Decide> = Decide extends (...args: never[]) => Decision<unknown, infer Code> ? Code : never;
type CodesIn<Domain> = { [Name in keyof Domain]: CodeOf<Domain[Name]> }[keyof Domain];

/**
 * The codes of all decisions, by their types. The platform declares the two codes that do not belong to the domain
 * alone.
 */
export type DecidedCode = Exclude<
  | CodesIn<typeof catalogue>
  | CodesIn<typeof customers>
  | CodesIn<typeof inventory>
  | CodesIn<typeof ordering>
  | CodesIn<typeof payments>
  | CodesIn<typeof shipping>,
  'not_found' | 'concurrent_modification'
>;

/**
 * Every refusal of the domain. A missing code does not compile, and neither does a code that no decision refuses with.
 */
export const refusals = {
  item_not_found: { status: 404, description: 'The order has no item of this product.' },

  customer_exists: { status: 409, description: 'Another customer has this id.' },
  product_exists: { status: 409, description: 'Another product has this id.' },
  order_exists: { status: 409, description: 'Another order has this id.' },
  order_not_pending: { status: 409, description: 'The order is no longer pending.' },
  order_not_paid: { status: 409, description: 'The order is not paid.' },
  order_not_shipped: { status: 409, description: 'The order is not shipped.' },
  order_already_shipped: { status: 409, description: 'The order has already been shipped.' },
  order_already_cancelled: { status: 409, description: 'The order has already been cancelled.' },
  payment_in_progress: {
    status: 409,
    description: 'Another payment of the order is in progress or has succeeded.',
  },
  shipment_not_ready: { status: 409, description: 'The shipment has already been dispatched or cancelled.' },
  shipment_not_dispatched: {
    status: 409,
    description: 'The shipment has not been dispatched, or has already been delivered.',
  },
  reservation_not_found: { status: 409, description: 'The order has no reservation of this product.' },

  unknown_customer: { status: 422, description: 'There is no customer with this id.' },
  unknown_product: { status: 422, description: 'There is no product with this id in the catalogue.' },
  product_discontinued: { status: 422, description: 'The product is no longer sold.' },
  order_item_limit: { status: 422, description: 'The order would have too many lines.' },
  order_needs_an_item: { status: 422, description: 'The order would have no lines.' },
  duplicate_product: { status: 422, description: 'The order would have two lines for the same product.' },
  mixed_currency: { status: 422, description: 'The order would have prices in two currencies.' },
  insufficient_stock: { status: 422, description: 'There is not enough stock of the product for the order.' },
  order_total_too_large: { status: 422, description: 'The total of the order is too large.' },
  order_change_limit: { status: 422, description: 'The order has reached its limit of changes.' },
  payment_attempt_limit: { status: 422, description: 'The order has reached its limit of payment attempts.' },
  stock_would_be_negative: {
    status: 422,
    description: 'There is not enough stock of the product to remove that many pieces.',
  },
} satisfies Record<DecidedCode, RefusalKind>;
