import { Inject, Injectable } from '@nestjs/common';
import { EventStore, EventStream } from '@ocoda/event-sourcing';
import { MongoServerError } from 'mongodb';
import { Account, AccountId } from './account';

const DUPLICATE_KEY = 11_000;
const ATTEMPTS = 4;

@Injectable()
export class AccountRepository {
  constructor(@Inject(EventStore) private readonly store: EventStore) {}

  async get(id: AccountId): Promise<Account> {
    const account = new Account(id);
    await account.loadFromHistory(this.store.getEvents(EventStream.for(Account, id)));
    return account;
  }

  /** Changes the account again if another command was faster, because the library does not. */
  async change(id: AccountId, decide: (account: Account) => void): Promise<{ version: number }> {
    for (let attempt = 1; ; attempt += 1) {
      const account = await this.get(id);
      decide(account);
      try {
        const events = account.commit();
        if (events.length > 0) {
          await this.store.appendEvents(EventStream.for(Account, id), account.version, events);
        }
        return { version: account.version };
      } catch (error) {
        const isConflict = error instanceof MongoServerError && error.code === DUPLICATE_KEY;
        if (!isConflict || attempt === ATTEMPTS) {
          throw error;
        }
      }
    }
  }
}
