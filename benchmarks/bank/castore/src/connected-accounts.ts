import { ConnectedEventStore, NotificationMessageBus } from '@castore/core';
import { InMemoryMessageBusAdapter } from '@castore/message-bus-adapter-in-memory';
import { EventEmitter } from 'node:events';
import { accounts } from './account';

const bus = new NotificationMessageBus({ messageBusId: 'BANK', sourceEventStores: [accounts] });

/** The events of a process reach only its own listeners, and are lost when it dies. */
export const listeners = InMemoryMessageBusAdapter.attachTo(bus, { eventEmitter: new EventEmitter() });

export const connectedAccounts = new ConnectedEventStore(accounts, bus);
