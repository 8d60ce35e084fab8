import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** One address in front of the replicas of a service. */
export interface Balancer {
  readonly url: string;
  /** The addresses that get new connections. */
  readonly ready: readonly string[];
  close(): Promise<void>;
}

/** A short version of the time that a cluster needs to notice that a replica is not ready. */
export const noticedWithinMs = 100;

/**
 * Behaves like a Kubernetes Service: a new connection goes to the next replica that was ready at its last probe, and
 * stays there. It does not retry: the client must handle a connection that the replica refuses or cuts.
 */
export async function startBalancer(replicas: readonly string[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let ready = [...replicas];
  let turn = 0;
  const server = createServer((client) => {
    const replica = ready[turn++ % ready.length];
    if (replica === undefined) {
      client.resetAndDestroy();
      return;
    }
    const { hostname, port } = new URL(replica);
    const upstream = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => sockets.delete(socket));
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stopped = new AbortController();
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      const answers = await Promise.all(replicas.map(isReady));
      ready = replicas.filter((_, index) => answers[index]);
      await delay(noticedWithinMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get ready() {
      return ready;
    },
    async close() {
      stopped.abort();
      await watching;
      sockets.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function isReady(replica: string): Promise<boolean> {
  try {
    const answer = await fetch(`${replica}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
