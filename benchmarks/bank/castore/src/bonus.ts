import { payBonus } from './commands';
import { connectedAccounts, listeners } from './connected-accounts';

const BONUS = 10;

/** Pays a bonus for the first deposit of each account. */
export function listenForDeposits(): void {
  listeners.on({ eventStoreId: 'ACCOUNTS', eventType: 'MONEY_DEPOSITED' }, async ({ event }) => {
    await payBonus.handler({ id: event.aggregateId, amount: BONUS }, [connectedAccounts]);
  });
}
