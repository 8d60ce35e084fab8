/** The driver leaves its connection class out of its types. */
declare module 'mongodb/lib/cmap/connection' {
  import type { Socket } from 'node:net';

  export class Connection {
    /** Why the connection was closed; null while it is open. */
    readonly error: Error | null;
    /**
     * If the generation of a connection is not that of its pool, the pool closes the connection as soon as it is free.
     */
    generation: number;

    constructor(socket: Socket, options: object);
  }
}
