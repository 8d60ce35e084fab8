import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a server and takes away what a network takes away. */
export interface TcpProxy {
  /** The server's URL, by way of the proxy. */
  readonly url: string;
  /** Resets every connection; new ones are possible. */
  cut(): void;
  /** Resets every connection and refuses new ones until `heal`. */
  partition(): void;
  heal(): void;
  /** Sends bytes to every client, as if they came from the server. */
  inject(bytes: Buffer): void;
  close(): Promise<void>;
}

export async function createTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let refusing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    if (refusing) {
      client.destroy();
      return;
    }
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.toString(),
    cut,
    partition() {
      refusing = true;
      cut();
    },
    heal() {
      refusing = false;
    },
    inject(bytes) {
      clients.forEach((client) => client.write(bytes));
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
