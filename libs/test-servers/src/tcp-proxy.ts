import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A proxy between a client and a server that simulates network faults. */
export interface TcpProxy {
  /** The server's URL through the proxy. */
  readonly url: string;
  /** Resets every connection. New connections are possible at once. */
  cut(): void;
  /** Resets every connection and refuses new ones until `heal`. */
  partition(): void;
  /** Delays every answer of the server, one after another, until `heal`. */
  slowDown(perAnswerMs: number): void;
  /** Accepts connections and requests, and holds back the answers until `heal`. */
  hang(): void;
  /**
   * Stops all traffic for ever, on every connection that is open now or is made until `heal`. Neither side is notified,
   * as when a host loses power or a gateway forgets a connection.
   */
  fallSilent(): void;
  /** The number of connections on which the proxy holds back an answer. */
  readonly keptBack: number;
  heal(): void;
  /** Sends bytes to every client, as if they came from the server. */
  inject(bytes: Buffer): void;
  close(): Promise<void>;
}

const defaultPorts: Readonly<Record<string, number>> = {
  'amqp:': 5672,
  'mongodb:': 27017,
  'postgres:': 5432,
  'postgresql:': 5432,
};

/** @param serverUrl the URL of a single server: with several, a client could bypass the proxy */
export async function createTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const port = Number(target.port || defaultPorts[target.protocol]);
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let refusing = false;
  let answerDelayMs = 0;
  let hanging = false;
  let silent = false;
  const keptBack: (() => void)[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, target.hostname);
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
    if (silent) {
      client.resume();
      return;
    }
    clients.add(client);
    client.on('close', () => clients.delete(client));
    const answers = new Transform({
      transform: (chunk, _encoding, done) => {
        if (hanging) {
          keptBack.push(() => done(null, chunk));
        } else if (answerDelayMs === 0) {
          done(null, chunk);
        } else {
          setTimeout(done, answerDelayMs, null, chunk);
        }
      },
    });
    client.pipe(upstream).pipe(answers).pipe(client);
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
    slowDown(perAnswerMs) {
      answerDelayMs = perAnswerMs;
    },
    hang() {
      hanging = true;
    },
    fallSilent() {
      silent = true;
      sockets.forEach((socket) => socket.unpipe().resume());
    },
    get keptBack() {
      return keptBack.length;
    },
    heal() {
      refusing = false;
      hanging = false;
      silent = false;
      answerDelayMs = 0;
      keptBack.splice(0).forEach((release) => release());
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
