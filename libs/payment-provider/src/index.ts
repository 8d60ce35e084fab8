export { IdempotencyKeyReusedError, ProviderTimeoutError, ProviderUnavailableError } from './errors';
export {
  migratePaymentProvider,
  requirePaymentProviderMigrated,
  type MigratePaymentProviderOptions,
} from './migrate-payment-provider';
export { SimulatedPaymentProvider, type SimulatedPaymentProviderOptions } from './simulated-payment-provider';
