import type { Migration, MigrationConnection } from '@tidemark/postgres';

/** The simulated provider's ledger. Immutable: changes need a new migration. */
export class Ledger1764000000001 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(`
      CREATE TABLE charges (
        idempotency_key text COLLATE "C" PRIMARY KEY,
        transaction_id uuid NOT NULL UNIQUE,
        card_token text NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        decline_reason text,
        recorded_at timestamptz NOT NULL DEFAULT now()
      )`);
    await connection.query(`
      COMMENT ON COLUMN charges.decline_reason IS 'NULL: the money was taken.'`);

    await connection.query(`
      CREATE TABLE refunds (
        idempotency_key text COLLATE "C" PRIMARY KEY,
        refund_id uuid NOT NULL UNIQUE,
        transaction_id uuid NOT NULL REFERENCES charges (transaction_id),
        amount bigint NOT NULL CHECK (amount >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        decline_reason text,
        recorded_at timestamptz NOT NULL DEFAULT now()
      )`);
    await connection.query(`CREATE INDEX refunds_transaction ON refunds (transaction_id)`);
    await connection.query(`
      COMMENT ON COLUMN refunds.decline_reason IS 'NULL: the money was given back.'`);

    await connection.query(`
      CREATE TABLE dropped_calls (
        idempotency_key text COLLATE "C" PRIMARY KEY,
        recorded_at timestamptz NOT NULL DEFAULT now()
      )`);
    await connection.query(`
      COMMENT ON TABLE dropped_calls IS
        'Calls that timed out without any effect, so that the next call with the same key can be let through.'`);

    // No UPDATE and no DELETE: a ledger must only grow to be evidence.
    await connection.query(`
      GRANT SELECT, INSERT ON charges, refunds, dropped_calls TO tidemark_payment_provider_runtime`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the schema payment_provider cannot be reverted'));
  }
}
