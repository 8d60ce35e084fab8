/**
 * Every published refusal code and the HTTP status that it is answered with, unless a route says otherwise
 * (`product_discontinued` is 422 for an order that names the product and 409 for the product itself).
 */
export const refusalStatus = {
  validation_failed: 400,
  unknown_field: 400,
  malformed_json: 400,
  too_many_values: 400,
  idempotency_key_required: 400,

  unauthenticated: 401,
  forbidden: 403,

  not_found: 404,
  item_not_found: 404,

  order_exists: 409,
  order_not_pending: 409,
  order_already_shipped: 409,
  order_already_cancelled: 409,
  payment_in_progress: 409,
  customer_exists: 409,
  product_exists: 409,
  shipment_not_ready: 409,
  shipment_not_dispatched: 409,
  concurrent_modification: 409,
  command_in_progress: 409,
  not_parked: 409,
  rebuild_in_progress: 409,
  outdated_replica: 409,
  no_previous_generation: 409,
  previous_generation_behind: 409,

  version_mismatch: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,

  unknown_customer: 422,
  unknown_product: 422,
  product_discontinued: 422,
  order_item_limit: 422,
  order_needs_an_item: 422,
  duplicate_product: 422,
  mixed_currency: 422,
  insufficient_stock: 422,
  order_total_too_large: 422,
  order_change_limit: 422,
  payment_attempt_limit: 422,
  stock_would_be_negative: 422,
  idempotency_key_reused: 422,

  rate_limited: 429,

  internal_error: 500,

  store_unavailable: 503,
  read_model_behind: 503,
  identity_provider_unavailable: 503,
  shutting_down: 503,
} as const satisfies Readonly<Record<string, number>>;

/** A published refusal code. */
export type RefusalCode = keyof typeof refusalStatus;

/** The status for a code; undefined for one that is not published. */
export function statusOfCode(code: string): number | undefined {
  return Object.hasOwn(refusalStatus, code) ? refusalStatus[code as RefusalCode] : undefined;
}
