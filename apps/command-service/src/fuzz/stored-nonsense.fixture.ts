import { aggregates, eventCodec, isStreamType } from '@tidemark/contracts';
import type { Aggregate, DomainEvent } from '@tidemark/kernel';
import { addMoney } from '@tidemark/kernel/money';
import type { CustomerState } from '@tidemark/customers';
import type { StockItemState } from '@tidemark/inventory';
import type { OrderState } from '@tidemark/ordering';
import type { PaymentState } from '@tidemark/payments';
import type { Pool } from 'pg';

interface StoredEvent {
  readonly stream_id: string;
  readonly stream_type: string;
  readonly event_type: string;
  readonly event_version: number;
  readonly schema_version: number;
  readonly event_data: unknown;
  readonly event_metadata: { readonly actor?: string; readonly clientAddressHash?: string };
}

/** Checks the invariants of an aggregate. Returns what is wrong, if anything. */
const rules: Readonly<Record<string, (state: never) => string | false>> = {
  Order: (state: OrderState) =>
    state.status !== 'ABSENT' &&
    ((state.lines.length < 1 || state.lines.length > 10
      ? `has ${state.lines.length} lines`
      : new Set(state.lines.map(({ productId }) => productId)).size !== state.lines.length &&
        'has a product twice') ||
      (state.lines.map(({ totalPrice }) => totalPrice).reduce(addMoney).amount !== state.total.amount &&
        'does not add up')),
  StockItem: ({ onHand, reserved }: StockItemState) =>
    (onHand < 0 || reserved < 0 || onHand - reserved < 0) && `has ${onHand} and ${reserved} reserved`,
  Payment: ({ attempts }: PaymentState) =>
    attempts.filter(({ status }) => status === 'REQUESTED').length > 1 && 'has two open attempts',
  Customer: (state: CustomerState) => state.status === 'ABSENT' && 'has events and does not exist',
};

/**
 * Reads the whole log and returns events that do not fit their contract, are out of order, or break a rule of their
 * aggregate.
 */
export async function storedNonsense(
  pool: Pool,
): Promise<{ readonly events: number; readonly faults: string[] }> {
  const { rows } = await pool.query<StoredEvent>(
    `SELECT stream_id, stream_type, event_type, event_version, schema_version, event_data, event_metadata
     FROM event_store.events ORDER BY stream_id, event_version`,
  );
  const faults: string[] = [];
  let [streamId, version, state] = ['', 0, undefined as unknown];
  for (const row of rows) {
    const where = `${row.stream_id}@${row.event_version} ${row.event_type}`;
    if (!isStreamType(row.stream_type)) {
      faults.push(`${where}: no stream type`);
      continue;
    }
    const aggregate = aggregates[row.stream_type] as unknown as Aggregate<unknown, DomainEvent>;
    [streamId, version, state] =
      row.stream_id === streamId ? [streamId, version + 1, state] : [row.stream_id, 1, aggregate.initial];
    if (row.event_version !== version) {
      faults.push(`${where}: not version ${version}`);
    }
    if (!row.event_metadata.actor || !row.event_metadata.clientAddressHash) {
      faults.push(`${where}: names no sender or no address`);
    }
    try {
      const event = eventCodec.decode({
        type: row.event_type,
        schemaVersion: row.schema_version,
        data: row.event_data,
      });
      eventCodec.encode(event);
      state = aggregate.evolve(state, event);
      const broken = rules[row.stream_type]?.(state as never);
      if (broken) {
        faults.push(`${where}: ${broken}`);
      }
    } catch (error) {
      faults.push(`${where}: ${(error as Error).message}`);
    }
  }
  return { events: rows.length, faults };
}
