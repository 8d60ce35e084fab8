import { MongoClient, type MongoClientOptions, type MongoCredentials } from 'mongodb';
import type { Socket } from 'node:net';
import { SettlingConnection } from './settling-connection';

/** A generation that no pool has, because they count from 0. */
const RETIRED = -1;

/**
 * Lets a client's user and password change while it is open. The driver reads them from the URL only once. These
 * connections read the current URL when they open.
 *
 * @param currentUrl must equal the client's URL, except for user and password
 */
export class ChangingCredentials {
  private readonly open = new Set<SettlingConnection>();

  constructor(private readonly currentUrl: () => string) {}

  /** The client's options, instead of `settlingCommands`. */
  get clientOptions(): MongoClientOptions {
    const admit = (connection: SettlingConnection, socket: Socket) => this.admit(connection, socket);
    const credentials = () => credentialsIn(this.currentUrl());
    class CredentialedConnection extends SettlingConnection {
      constructor(socket: Socket, options: { credentials?: MongoCredentials }) {
        // A monitor's connection has no credentials, and needs none. The driver logs in with these options after this.
        if (options.credentials) {
          options.credentials = credentials() ?? options.credentials;
        }
        super(socket, options);
        if (options.credentials) {
          admit(this, socket);
        }
      }
    }
    return { ...({ connectionType: CredentialedConnection } as object) };
  }

  /** Replaces each open connection as soon as it is free. */
  retireConnections(): void {
    for (const connection of this.open) {
      connection.generation = RETIRED;
    }
  }

  private admit(connection: SettlingConnection, socket: Socket): void {
    this.open.add(connection);
    socket.once('close', () => this.open.delete(connection));
  }
}

function credentialsIn(url: string): MongoCredentials | undefined {
  return new MongoClient(url).options.credentials;
}
