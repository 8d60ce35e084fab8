import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { scopedLogger } from '@tidemark/messaging';
import { requirePaymentProviderMigrated, SimulatedPaymentProvider } from '@tidemark/payment-provider';
import { READINESS_CHECKS, type ReadinessCheck } from '@tidemark/platform';
import { createPool } from '@tidemark/postgres';
import type { Pool } from 'pg';
import type { CommandServiceConfig } from '../config';
import { PAYMENT_PROVIDER, PAYMENT_PROVIDER_POOL } from '../tokens';

/** The payment provider. Its ledger has a pool of its own, because it may be in another database. */
@Module({})
export class PaymentProviderModule implements OnApplicationShutdown {
  static forRoot({ paymentProvider }: CommandServiceConfig): DynamicModule {
    return {
      module: PaymentProviderModule,
      global: true,
      providers: [
        { provide: PAYMENT_PROVIDER_POOL, useFactory: () => openPool(paymentProvider) },
        {
          provide: PAYMENT_PROVIDER,
          useFactory: (pool: Pool) =>
            new SimulatedPaymentProvider({ pool, timeoutMs: paymentProvider.timeoutMs }),
          inject: [PAYMENT_PROVIDER_POOL],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (pool: Pool): ReadinessCheck[] => [
            // Everything except payments continues without the provider, and payments are retried.
            {
              name: 'payment-provider',
              neededFor: 'start',
              check: () => requirePaymentProviderMigrated(pool),
            },
          ],
          inject: [PAYMENT_PROVIDER_POOL],
        },
      ],
      exports: [PAYMENT_PROVIDER, PAYMENT_PROVIDER_POOL],
    };
  }

  constructor(@Inject(PAYMENT_PROVIDER_POOL) private readonly pool: Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function openPool({ url, maxConnections }: CommandServiceConfig['paymentProvider']): Pool {
  const logger = scopedLogger('payment-provider');
  return createPool({
    url,
    applicationName: 'command-service payment provider',
    maxConnections,
    onIdleError: (error) =>
      logger.warn({ err: error }, 'lost an idle database connection; the pool opens another when needed'),
  });
}
