import { postgreSQLEventStoreConsumer } from '@event-driven-io/emmett-postgresql';
import { payBonus, type AccountEvent } from './account';
import type { HandleAccount } from './handle';

const BONUS = 10;

/** Pays a bonus for the first deposit of each account. */
export function bonusConsumer(connectionString: string, handle: HandleAccount) {
  const consumer = postgreSQLEventStoreConsumer<AccountEvent>({ connectionString });
  consumer.reactor<AccountEvent>({
    processorId: 'bonus',
    connectionOptions: { connectionString },
    // Otherwise each start has an id of its own, and waits until the lock of a killed process is 300 s old.
    processorInstanceId: 'bank',
    canHandle: ['MoneyDeposited'],
    eachMessage: async ({ metadata }) => {
      await handle(metadata.streamName, payBonus(BONUS));
    },
  });
  return consumer;
}
