import { randomUUID } from 'node:crypto';
import { money } from '@tidemark/kernel/money';
import type { CaptureRequest, PaymentId } from '@tidemark/payments';
import { createPool } from '@tidemark/postgres';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { IdempotencyKeyReusedError, ProviderTimeoutError, ProviderUnavailableError } from './errors';
import { migratePaymentProvider } from './migrate-payment-provider';
import { SimulatedPaymentProvider } from './simulated-payment-provider';

const timeoutMs = 20;
let database: TestDatabase;
let pool: Pool;
let provider: SimulatedPaymentProvider;

beforeAll(async () => {
  database = await createTestDatabase();
  await Promise.all([1, 2].map(() => migratePaymentProvider({ databaseUrl: database.url })));
  const url = `${database.url}?options=-c%20role%3Dtidemark_payment_provider_runtime`;
  pool = createPool({ url, applicationName: 'payment-provider-test' });
  provider = new SimulatedPaymentProvider({ pool, timeoutMs });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

function captureWith(cardToken: string, changes: Partial<CaptureRequest> = {}): CaptureRequest {
  const paymentId = randomUUID() as PaymentId;
  return {
    idempotencyKey: `capture-${paymentId}`,
    paymentId,
    orderId: randomUUID() as CaptureRequest['orderId'],
    amount: money(1_299, 'EUR'),
    cardToken,
    ...changes,
  };
}

async function charged(cardToken = 'tok_ok') {
  const amount = money(1_000, 'EUR');
  const capture = captureWith(cardToken, { amount });
  const answer = await provider.capture(capture);
  if (answer.outcome !== 'captured') {
    throw new Error(`not captured: ${answer.reason}`);
  }
  const { paymentId } = capture;
  return { paymentId, transactionId: answer.transactionId, idempotencyKey: `refund-${paymentId}`, amount };
}

async function chargesOf({ idempotencyKey }: CaptureRequest): Promise<unknown[]> {
  const text =
    'SELECT amount, currency, decline_reason FROM payment_provider.charges WHERE idempotency_key = $1';
  return (await pool.query(text, [idempotencyKey])).rows;
}

async function refundedOf(transactionId: string): Promise<number> {
  const { rows } = await pool.query<{ refunded: number }>(
    `SELECT coalesce(sum(amount), 0)::bigint AS refunded FROM payment_provider.refunds
     WHERE transaction_id = $1 AND decline_reason IS NULL`,
    [transactionId],
  );
  return rows[0]!.refunded;
}

describe('capture', () => {
  it('charges a good card once, however many requests have the same key', async () => {
    const request = captureWith('tok_ok');
    const first = await provider.capture(request);
    expect(first).toEqual({ outcome: 'captured', transactionId: expect.any(String) as string });
    expect(await provider.capture(request)).toEqual(first);
    expect(await chargesOf(request)).toEqual([{ amount: 1_299, currency: 'EUR', decline_reason: null }]);
  });

  it('gives many simultaneous requests the same answer', async () => {
    const request = captureWith('tok_ok');
    const answers = await Promise.all(Array.from({ length: 20 }, () => provider.capture(request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await chargesOf(request)).toHaveLength(1);
  });

  it('declines a bad card and an unknown card for good', async () => {
    for (const [token, reason] of [
      ['tok_declined', 'card_declined'],
      ['tok_of_nobody', 'unknown_card_token'],
    ] as const) {
      const request = captureWith(token);
      expect(await provider.capture(request)).toEqual({ outcome: 'declined', reason });
      expect(await provider.capture(request)).toEqual({ outcome: 'declined', reason });
    }
  });

  it('refuses a key that was used for another amount, currency or card', async () => {
    const request = captureWith('tok_ok');
    await provider.capture(request);
    for (const change of [
      { amount: money(1_300, 'EUR') },
      { amount: money(1_299, 'USD') },
      { cardToken: 'tok_declined' },
    ]) {
      await expect(provider.capture({ ...request, ...change })).rejects.toThrow(IdempotencyKeyReusedError);
    }
    expect(await chargesOf(request)).toHaveLength(1);
  });

  it('loses the first call of tok_timeout_once without charging, and charges the second', async () => {
    const request = captureWith('tok_timeout_once');
    await expect(provider.capture(request)).rejects.toMatchObject({
      code: 'payment_provider_timeout',
      retryable: true,
    });
    expect(await chargesOf(request)).toEqual([]);
    expect(await provider.capture(request)).toMatchObject({ outcome: 'captured' });
    expect(await chargesOf(request)).toHaveLength(1);
  });

  it('charges in the first call of tok_charged_then_timeout, and answers the second call', async () => {
    const request = captureWith('tok_charged_then_timeout');
    await expect(provider.capture(request)).rejects.toThrow(ProviderTimeoutError);
    expect(await chargesOf(request)).toHaveLength(1);
    expect(await provider.capture(request)).toMatchObject({ outcome: 'captured' });
    expect(await chargesOf(request)).toHaveLength(1);
  });

  it('times out no sooner than configured', async () => {
    const startedAt = performance.now();
    await expect(provider.capture(captureWith('tok_timeout_once'))).rejects.toThrow(ProviderTimeoutError);
    // Timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(timeoutMs - 1);
  });

  it('is unavailable if its database is unavailable', async () => {
    const unreachable = createPool({
      url: 'postgres://postgres@127.0.0.1:1/nowhere',
      applicationName: 'test',
    });
    const lost = new SimulatedPaymentProvider({ pool: unreachable });
    await expect(lost.capture(captureWith('tok_ok'))).rejects.toThrow(ProviderUnavailableError);
    await unreachable.end();
  });
});

describe('refund', () => {
  it('gives the money back once per key', async () => {
    const request = await charged();
    const first = await provider.refund(request);
    expect(first).toEqual({ outcome: 'refunded', refundId: expect.any(String) as string });
    expect(await provider.refund(request)).toEqual(first);
    expect(await refundedOf(request.transactionId)).toBe(1_000);
  });

  it('never refunds more than the charge, even to simultaneous requests', async () => {
    const { paymentId, transactionId } = await charged();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        provider.refund({
          idempotencyKey: `refund-${paymentId}-${index}`,
          paymentId,
          transactionId,
          amount: money(300, 'EUR'),
        }),
      ),
    );
    expect(answers.filter((answer) => answer.outcome === 'refunded')).toHaveLength(3);
    expect(answers).toContainEqual({ outcome: 'refused', reason: 'more_than_charged' });
    expect(await refundedOf(transactionId)).toBe(900);
  });

  it('refuses another currency, a declined charge and an unknown charge', async () => {
    const request = await charged();
    expect(await provider.refund({ ...request, amount: money(1_000, 'USD') })).toEqual({
      outcome: 'refused',
      reason: 'currency_mismatch',
    });
    expect(
      await provider.refund({ ...request, idempotencyKey: randomUUID(), transactionId: randomUUID() }),
    ).toEqual({
      outcome: 'refused',
      reason: 'unknown_transaction',
    });
  });

  it('refuses the first refund of tok_refund_fails_once, and always the same key, but not another key', async () => {
    const request = await charged('tok_refund_fails_once');
    const refusal = { outcome: 'refused', reason: 'refund_refused' };
    expect(await provider.refund(request)).toEqual(refusal);
    expect(await provider.refund(request)).toEqual(refusal);
    expect(await refundedOf(request.transactionId)).toBe(0);
    const again = await provider.refund({ ...request, idempotencyKey: `${request.idempotencyKey}-2` });
    expect(again).toMatchObject({ outcome: 'refunded' });
    expect(await refundedOf(request.transactionId)).toBe(1_000);
  });

  it('refuses a key that was used for another amount', async () => {
    const request = await charged();
    await provider.refund({ ...request, amount: money(400, 'EUR') });
    await expect(provider.refund(request)).rejects.toThrow(IdempotencyKeyReusedError);
    expect(await refundedOf(request.transactionId)).toBe(400);
  });
});

describe('the ledger', () => {
  it('can only grow', async () => {
    for (const statement of [
      'UPDATE payment_provider.charges SET amount = 0',
      'DELETE FROM payment_provider.charges',
      'DELETE FROM payment_provider.refunds',
      'TRUNCATE payment_provider.charges CASCADE',
    ]) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });
});
