/** The driver leaves its connection class out of its types. */
declare module 'mongodb/lib/cmap/connection' {
  import type { Socket } from 'node:net';

  export class Connection {
    /** Why the connection was closed; null while it is open. */
    readonly error: Error | null;
    /** A pool closes a connection of another generation than its own as soon as the connection is free. */
    generation: number;

    constructor(socket: Socket, options: object);
  }
}
