import type * as catalogue from '@tidemark/catalogue';
import type * as customers from '@tidemark/customers';
import type * as inventory from '@tidemark/inventory';
import type { Decision } from '@tidemark/kernel';
import type * as ordering from '@tidemark/ordering';
import type * as payments from '@tidemark/payments';
import type * as shipping from '@tidemark/shipping';

/** How a refusal by the domain reads to a client. */
export interface RefusalKind {
  /** Of the HTTP answer, unless a route says otherwise. */
  readonly status: number;
  readonly description: string;
}

type CodeOf<Decide> = Decide extends (...args: never[]) => Decision<unknown, infer Code> ? Code : never;
type CodesIn<Domain> = { [Name in keyof Domain]: CodeOf<Domain[Name]> }[keyof Domain];

/** The codes of all decisions, by their types. The platform declares the two that are not the domain's alone. */
export type DecidedCode = Exclude<
  | CodesIn<typeof catalogue>
  | CodesIn<typeof customers>
  | CodesIn<typeof inventory>
  | CodesIn<typeof ordering>
  | CodesIn<typeof payments>
  | CodesIn<typeof shipping>,
  'not_found' | 'concurrent_modification'
>;

/** Every refusal of the domain. A code that is missing, or that no decision refuses with, does not compile. */
export const refusals = {
  item_not_found: { status: 404, description: 'The order has no item of this product.' },

  customer_exists: { status: 409, description: 'Another customer has this id.' },
  product_exists: { status: 409, description: 'Another product has this id.' },
  order_exists: { status: 409, description: 'Another order has this id.' },
  order_not_pending: { status: 409, description: 'The order is no longer pending.' },
  order_not_paid: { status: 409, description: 'The order is not paid.' },
  order_not_shipped: { status: 409, description: 'The order is not shipped.' },
  order_already_shipped: { status: 409, description: 'The goods have left.' },
  order_already_cancelled: { status: 409, description: 'The order is cancelled.' },
  payment_in_progress: { status: 409, description: 'Another payment of the order is open or has succeeded.' },
  shipment_not_ready: { status: 409, description: 'The shipment is dispatched or cancelled.' },
  shipment_not_dispatched: { status: 409, description: 'The shipment has not left, or has arrived.' },
  reservation_not_found: { status: 409, description: 'The order holds no stock of this product.' },

  unknown_customer: { status: 422, description: 'No such customer is registered.' },
  unknown_product: { status: 422, description: 'The catalogue has no such product.' },
  product_discontinued: { status: 422, description: 'The product is no longer sold.' },
  order_item_limit: { status: 422, description: 'The order would have too many lines.' },
  order_needs_an_item: { status: 422, description: 'The order would have no line.' },
  duplicate_product: { status: 422, description: 'The order would have two lines of one product.' },
  mixed_currency: { status: 422, description: 'The order would have prices in two currencies.' },
  insufficient_stock: { status: 422, description: 'Less of the product is available than is ordered.' },
  order_total_too_large: { status: 422, description: 'The total is beyond what can be counted exactly.' },
  order_change_limit: { status: 422, description: 'The order was changed too often.' },
  payment_attempt_limit: { status: 422, description: 'There were too many attempts to pay the order.' },
  stock_would_be_negative: { status: 422, description: 'Less of the product is in stock than is taken out.' },
} satisfies Record<DecidedCode, RefusalKind>;
