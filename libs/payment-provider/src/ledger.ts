import { inTransaction } from '@tidemark/postgres';
import type { Pool, PoolClient } from 'pg';
import { behaviourOf } from './card-behaviour';
import { IdempotencyKeyReusedError } from './errors';
import type { ChargeRow } from './sql/charge-row';
import { findChargeByKey, findChargeByTransaction } from './sql/find-charge';
import { findRefund } from './sql/find-refund';
import { lockTransaction } from './sql/lock-transaction';
import { recordCharge, type RecordChargeParameters } from './sql/record-charge';
import { recordDroppedCall } from './sql/record-dropped-call';
import { recordRefund, type RecordRefundParameters } from './sql/record-refund';
import type { RefundRow } from './sql/refund-row';
import { sumRefunds, type SumRefundsRow } from './sql/sum-refunds';

export interface LedgerCharge {
  readonly transactionId: string;
  readonly declineReason?: string;
  /** True if this call made it, false if an earlier call with the same key did. */
  readonly first: boolean;
}

export interface LedgerRefund {
  readonly refundId: string;
  readonly declineReason?: string;
}

/** The provider's books. They have at most one charge and one refund per key, and never more refunds than charges. */
export class Ledger {
  constructor(private readonly pool: Pool) {}

  /** @returns whether this is the first call with the key, which must be dropped */
  async dropCall(idempotencyKey: string): Promise<boolean> {
    return (await this.pool.query(recordDroppedCall(idempotencyKey))).rowCount === 1;
  }

  /** @throws IdempotencyKeyReusedError */
  async charge(charge: RecordChargeParameters): Promise<LedgerCharge> {
    const recorded = (await this.pool.query<ChargeRow>(recordCharge(charge))).rows[0];
    if (recorded) {
      return { ...chargeOf(recorded), first: true };
    }
    const known = (await this.pool.query<ChargeRow>(findChargeByKey(charge.idempotencyKey))).rows[0]!;
    if (!sameAmount(known, charge) || known.card_token !== charge.cardToken) {
      throw new IdempotencyKeyReusedError(charge.idempotencyKey);
    }
    return { ...chargeOf(known), first: false };
  }

  /**
   * A refund of a charge that is not in the books is declined and leaves no trace.
   *
   * @throws IdempotencyKeyReusedError
   */
  refund(refund: Omit<RecordRefundParameters, 'declineReason'>): Promise<LedgerRefund> {
    const { idempotencyKey, transactionId } = refund;
    return inTransaction(this.pool, async (client) => {
      await client.query(lockTransaction(transactionId));
      const known = (await client.query<RefundRow>(findRefund(idempotencyKey))).rows[0];
      if (known) {
        if (!sameAmount(known, refund) || known.transaction_id !== transactionId) {
          throw new IdempotencyKeyReusedError(idempotencyKey);
        }
        return refundOf(known);
      }
      const charge = (await client.query<ChargeRow>(findChargeByTransaction(transactionId))).rows[0];
      if (!charge) {
        return { refundId: refund.refundId, declineReason: 'unknown_transaction' };
      }
      const declineReason = await reasonToDecline(client, charge, refund);
      const recorded = await client.query<RefundRow>(recordRefund({ ...refund, declineReason }));
      return refundOf(recorded.rows[0]!);
    });
  }
}

async function reasonToDecline(
  client: PoolClient,
  charge: ChargeRow,
  { transactionId, amount, currency }: { transactionId: string; amount: number; currency: string },
): Promise<string | undefined> {
  if (charge.decline_reason !== null) {
    return 'not_charged';
  }
  if (charge.currency !== currency) {
    return 'currency_mismatch';
  }
  const { refunded, refused } = (await client.query<SumRefundsRow>(sumRefunds(transactionId))).rows[0]!;
  if (refunded + amount > charge.amount) {
    return 'more_than_charged';
  }
  const refusesFirst = behaviourOf(charge.card_token).kind === 'refund_fails_once';
  return refusesFirst && refused === 0 ? 'refund_refused' : undefined;
}

function sameAmount(
  a: { readonly amount: number; readonly currency: string },
  b: { readonly amount: number; readonly currency: string },
): boolean {
  return a.amount === b.amount && a.currency === b.currency;
}

function chargeOf(row: ChargeRow): Omit<LedgerCharge, 'first'> {
  return { transactionId: row.transaction_id, ...declined(row) };
}

function refundOf(row: RefundRow): LedgerRefund {
  return { refundId: row.refund_id, ...declined(row) };
}

function declined({ decline_reason }: { readonly decline_reason: string | null }) {
  return decline_reason === null ? {} : { declineReason: decline_reason };
}
