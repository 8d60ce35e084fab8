import type { MongoClientOptions } from 'mongodb';
import { Connection } from 'mongodb/lib/cmap/connection';
import type { Socket } from 'node:net';

/**
 * A connection of the driver whose commands all end when its socket does. The driver's own connection (7.9.0) waits for
 * `drain` or `error` after a write that the socket did not take at once. A destroyed socket emits neither, only
 * `close`. ADR 0035 describes the consequences.
 */
export class SettlingConnection extends Connection {
  constructor(socket: Socket, options: object) {
    super(socket, options);
    // The driver's own listener runs first and sets `error`.
    socket.once('close', () => socket.emit('error', this.error));
  }
}

/**
 * Options with which a `MongoClient` recovers after its connections were cut. `ChangingCredentials` includes it.
 * Without it, one write in the moment between the loss of a socket and its `close` event waits for ever. Such a write
 * of a monitor leaves the client without a server until the process ends.
 */
export const settlingCommands: MongoClientOptions = {
  // The driver's types leave this option out.
  ...({ connectionType: SettlingConnection } as object),
};
