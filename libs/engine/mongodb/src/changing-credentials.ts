import { MongoClient, type MongoClientOptions, type MongoCredentials } from 'mongodb';
import type { Socket } from 'node:net';
import { SettlingConnection } from './settling-connection';

/** No pool's: they count from 0. */
const RETIRED = -1;

/**
 * Lets a client's user and password change while it is open. The driver takes them from the URL once; these connections
 * ask for the URL of the moment as they open.
 *
 * @param currentUrl all but its user and password must be that of the client
 */
export class ChangingCredentials {
  private readonly open = new Set<SettlingConnection>();

  constructor(private readonly currentUrl: () => string) {}

  /** What the client is made with, in place of `settlingCommands`. */
  get clientOptions(): MongoClientOptions {
    const admit = (connection: SettlingConnection, socket: Socket) => this.admit(connection, socket);
    const credentials = () => credentialsIn(this.currentUrl());
    class CredentialedConnection extends SettlingConnection {
      constructor(socket: Socket, options: { credentials?: MongoCredentials }) {
        // A monitor's connection has none, and needs none. The driver logs in with these options after this.
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

  /** Has each connection that is open now replaced as soon as it is free. */
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
