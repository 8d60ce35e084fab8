import { Command, tuple } from '@castore/core';
import { connectedAccounts } from './connected-accounts';

/** A command that the account's state does not permit. */
export class Refused extends Error {}

const requiredEventStores = tuple(connectedAccounts);

export const openAccount = new Command({
  commandId: 'OPEN_ACCOUNT',
  requiredEventStores,
  handler: async ({ id, owner }: { id: string; owner: string }, [accounts]) => {
    const { aggregate } = await accounts.getAggregate(id);
    if (aggregate) {
      throw new Refused('account_exists');
    }
    await accounts.pushEvent({ aggregateId: id, version: 1, type: 'ACCOUNT_OPENED', payload: { owner } });
    return { version: 1 };
  },
});

export const deposit = new Command({
  commandId: 'DEPOSIT',
  requiredEventStores,
  handler: async ({ id, amount, key }: { id: string; amount: number; key?: string }, [accounts]) => {
    const { aggregate } = await accounts.getAggregate(id);
    if (key && aggregate?.keys.includes(key)) {
      return { version: aggregate.version };
    }
    if (!aggregate || !(amount > 0)) {
      throw new Refused('not_possible');
    }
    const version = aggregate.version + 1;
    const payload = { amount, ...(key && { key }) };
    await accounts.pushEvent({ aggregateId: id, version, type: 'MONEY_DEPOSITED', payload });
    return { version };
  },
});

export const withdraw = new Command({
  commandId: 'WITHDRAW',
  requiredEventStores,
  handler: async ({ id, amount }: { id: string; amount: number }, [accounts]) => {
    const { aggregate } = await accounts.getAggregate(id);
    if (!aggregate || !(amount > 0) || amount > aggregate.balance) {
      throw new Refused('overdrawn');
    }
    const version = aggregate.version + 1;
    await accounts.pushEvent({ aggregateId: id, version, type: 'MONEY_WITHDRAWN', payload: { amount } });
    return { version };
  },
});

export const payBonus = new Command({
  commandId: 'PAY_BONUS',
  requiredEventStores,
  handler: async ({ id, amount }: { id: string; amount: number }, [accounts]) => {
    const { aggregate } = await accounts.getExistingAggregate(id);
    if (!aggregate.hasBonus) {
      const version = aggregate.version + 1;
      await accounts.pushEvent({ aggregateId: id, version, type: 'BONUS_PAID', payload: { amount } });
    }
  },
});
