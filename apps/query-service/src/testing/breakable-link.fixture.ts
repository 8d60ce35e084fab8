import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP connection to a server that a test can break and mend. */
export interface BreakableLink {
  /** The server's URL by way of the link. */
  readonly url: string;
  break(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function breakableLink(serverUrl: string, defaultPort: number): Promise<BreakableLink> {
  const [, before, host, port, rest] = /^([a-z+]+:\/\/(?:[^@/]*@)?)([^:/?]+):?(\d*)(.*)$/.exec(serverUrl)!;
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port || defaultPort), host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    if (broken) {
      client.destroy();
    } else {
      client.pipe(upstream).pipe(client);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `${before}127.0.0.1:${(server.address() as AddressInfo).port}${rest}`,
    break: () => {
      broken = true;
      cut();
    },
    mend: () => {
      broken = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
