import { eventCodec, type TidemarkEvent } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import { foldAll, type ProjectedDocument } from '@tidemark/projections';
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { Books, faultsAtAnyMoment, type LedgerLine } from 'process-manager/books';
import { projections } from 'projection-service/projections';
import { commandIdIn, type Answer, type Sent } from './replica.fixture';
import type { World } from './world.fixture';

/** A command, and the answer that its sender got. */
export interface Side {
  readonly name: string;
  readonly sent: Sent;
  readonly outcome: PromiseSettledResult<unknown>;
}

/** A line of the provider's ledger, accepted or declined. */
interface LedgerEntry extends LedgerLine {
  readonly key: string;
  readonly isDeclined: boolean;
}

/**
 * Returns where the answer to a command contradicts the log. A process's command may be accepted without an event: then
 * another command had the same effect, and `hasEffect` is false.
 */
export function faultsOfAnswer(
  { name, sent, outcome }: Side,
  log: readonly EventEnvelope[],
  { hasEffect }: { readonly hasEffect: boolean },
): string[] {
  if (outcome.status === 'rejected') {
    return [`${name} failed: ${String(outcome.reason)}`];
  }
  const answer = outcome.value as Answer;
  const caused = log.filter(({ causationId }) => causationId === commandIdIn(sent));
  if (!answer.isAccepted) {
    return caused.length > 0 ? [`${name} was refused with ${answer.code}, and is in the log`] : [];
  }
  const versions = caused.map(({ version }) => version);
  return [
    ...(hasEffect && caused.length === 0 ? [`${name} was accepted, and is not in the log`] : []),
    ...(new Set(caused.map(({ streamId }) => streamId)).size > 1 ? [`${name} is in two streams`] : []),
    ...(answer.version === undefined || versions.at(-1) === answer.version
      ? []
      : [`${name} was told version ${answer.version}, and has [${versions.join()}]`]),
  ];
}

/** One command has one outcome, at every replica and however often it is sent. */
export function faultsOfRepeat(one: Side, other: Side): string[] {
  const [first, second] = [one, other].map(({ outcome }) =>
    outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason),
  );
  return isDeepStrictEqual(first, second)
    ? []
    : [`${one.name} was told ${JSON.stringify(first)}, ${other.name} ${JSON.stringify(second)}`];
}

/**
 * Returns where the log, the provider's ledger and the read models of a world contradict each other when no work is in
 * progress.
 */
export async function faultsOfState(
  ledger: Pool,
  { orderId, paymentId }: World,
  log: readonly EventEnvelope[],
): Promise<string[]> {
  const events = log.map((event) => ({ ...event, data: eventCodec.decode(event).data }));
  const domainEvents = events as unknown as readonly TidemarkEvent[];
  const entries = await ledgerOf(ledger, paymentId);
  const lines = entries.filter(({ isDeclined }) => !isDeclined);
  return [
    ...faultsAtAnyMoment({ log: domainEvents, ledger: lines, fulfilments: new Map() }),
    ...faultsOfAsking(entries, domainEvents),
    ...faultsOfReadModels(events, new Books(domainEvents), orderId),
  ];
}

/** The log must have each answer of the provider once. A second key for the same command would have no event. */
function faultsOfAsking(entries: readonly LedgerEntry[], events: readonly TidemarkEvent[]): string[] {
  const answers = {
    charge: events.filter(
      ({ type, data }) =>
        type === 'PaymentCaptured' || (type === 'PaymentFailed' && data.cause === 'DECLINED'),
    ),
    refund: events.filter(
      ({ type, data }) =>
        type === 'PaymentRefunded' || (type === 'PaymentRefundFailed' && data.cause === 'PROVIDER_REFUSED'),
    ),
  };
  return (['charge', 'refund'] as const).flatMap((kind) => {
    const keys = entries.filter((entry) => entry.kind === kind).map(({ key }) => key);
    return keys.length === answers[kind].length
      ? []
      : [
          `the provider was asked for a ${kind} under [${keys.join()}], the log has ${answers[kind].length} answers`,
        ];
  });
}

async function ledgerOf(pool: Pool, paymentId: string): Promise<readonly LedgerEntry[]> {
  const { rows } = await pool.query<LedgerEntry>(
    `SELECT 'charge' AS kind, idempotency_key AS key, transaction_id AS "transactionId", amount, currency,
            decline_reason IS NOT NULL AS "isDeclined"
       FROM payment_provider.charges WHERE idempotency_key LIKE '%' || $1 || '%'
     UNION ALL
     SELECT 'refund', idempotency_key, transaction_id, amount, currency, decline_reason IS NOT NULL
       FROM payment_provider.refunds WHERE idempotency_key LIKE '%' || $1 || '%'
      ORDER BY key`,
    [paymentId],
  );
  return rows;
}

/** Every projection must fold the log, and must show the sums of the books. */
function faultsOfReadModels(events: readonly EventEnvelope[], books: Books, orderId: string): string[] {
  const inOrder = events.toSorted((a, b) => a.partition - b.partition || a.position - b.position);
  const documents = new Map<string, ReadonlyMap<string, ProjectedDocument>>();
  for (const projection of projections) {
    try {
      documents.set(projection.name, foldAll(projection, inOrder));
    } catch (error) {
      return [`${projection.name} can't fold the log: ${String(error)}`];
    }
  }
  const order = books.orders.get(orderId);
  const shown = documents.get('order_details')?.get(orderId) as { readonly status?: string } | undefined;
  return [
    ...(shown?.status === order?.status
      ? []
      : [`the order is shown as ${shown?.status}, the books say ${order?.status}`]),
    ...[...books.stock].flatMap(([productId, { onHand }]) => {
      const level = documents.get('stock_levels')?.get(productId) as { readonly onHand?: number } | undefined;
      return level?.onHand === onHand
        ? []
        : [`${productId}: ${level?.onHand} shown, the books say ${onHand}`];
    }),
  ];
}
