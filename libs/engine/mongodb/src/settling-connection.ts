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
