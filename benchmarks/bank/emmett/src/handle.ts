import { CommandHandler, type EventStore } from '@event-driven-io/emmett';
import { evolve, initialState, type Account, type AccountEvent } from './account';

const handler = CommandHandler<Account, AccountEvent>({
  evolve,
  initialState,
  retry: { onVersionConflict: true },
});

/** @returns the version of the account */
export const handleAccount =
  (store: EventStore) => async (stream: string, decide: (state: Account) => AccountEvent[]) => {
    const { nextExpectedStreamVersion } = await handler(store, stream, decide);
    return { version: Number(nextExpectedStreamVersion) };
  };

export type HandleAccount = ReturnType<typeof handleAccount>;
