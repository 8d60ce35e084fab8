import type { MongoClientOptions } from 'mongodb';
import { SettlingConnection } from './settling-connection';

/**
 * Options with which a `MongoClient` recovers after its connections were cut. `ChangingCredentials` includes it.
 * Without it, one write in the moment between the loss of a socket and its `close` event waits for ever. Such a write
 * of a monitor leaves the client without a server until the process ends.
 */
export const settlingCommands: MongoClientOptions = {
  // The driver's types leave this option out.
  ...({ connectionType: SettlingConnection } as object),
};
