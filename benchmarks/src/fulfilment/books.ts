/** The counts for every paid order. */
export interface FulfilmentTimes {
  /** The time when the shipment was created, in milliseconds since 1970 by the database's clock. */
  readonly createdAtMs: number;
  readonly paidToShipmentMs: number;
  readonly requestToShipmentMs: number;
}

/** The counts that every order must have in the log and in the provider's ledger. */
export function booksOf(orderId: string, lines: number): ReadonlyMap<string, number> {
  return new Map([
    [`${orderId} PaymentCaptured`, 1],
    [`${orderId} charge`, 1],
    [`${orderId} OrderPaid`, 1],
    [`${orderId} InventoryReserved`, lines],
    [`${orderId} ShipmentCreated`, 1],
  ]);
}

/** SQL that reads the actual counts, with the same names. */
export const landedSql = `
  SELECT event_data->>'orderId' || ' ' || event_type AS id, count(*)::integer AS events
    FROM event_store.events
   WHERE event_type IN ('PaymentCaptured', 'OrderPaid', 'InventoryReserved', 'ShipmentCreated')
   GROUP BY 1
  UNION ALL
  SELECT coalesce(event_data->>'orderId', 'nobody''s') || ' charge', count(*)::integer
    FROM payment_provider.charges AS charge
    LEFT JOIN event_store.events
      ON event_type = 'PaymentCaptured' AND event_data->>'transactionId' = charge.transaction_id::text
   WHERE charge.decline_reason IS NULL
   GROUP BY 1`;

/** SQL that reads the times, in the order in which the shipments were created. */
export const timesSql = `
  WITH orders AS (
    SELECT min("timestamp") FILTER (WHERE event_type = 'PaymentRequested') AS requested,
           min("timestamp") FILTER (WHERE event_type = 'OrderPaid') AS paid,
           min("timestamp") FILTER (WHERE event_type = 'ShipmentCreated') AS created
      FROM event_store.events
     WHERE event_type IN ('PaymentRequested', 'OrderPaid', 'ShipmentCreated')
     GROUP BY event_data->>'orderId'
  )
  SELECT extract(epoch FROM created)::float8 * 1000 AS "createdAtMs",
         extract(epoch FROM created - paid)::float8 * 1000 AS "paidToShipmentMs",
         extract(epoch FROM created - requested)::float8 * 1000 AS "requestToShipmentMs"
    FROM orders
   WHERE created IS NOT NULL
   ORDER BY created`;
