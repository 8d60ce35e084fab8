import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpConfig } from '../config/http-settings';

/** The ports on which the service will listen: the given ports, or free ports for 0. */
export interface WaitingRoom {
  readonly port: number;
  readonly adminPort: number;
  /** Frees the ports for the service. */
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, body: object, type = 'application/json'): Reply => ({
  status,
  type,
  body: JSON.stringify(body),
});

const alive = json(200, { status: 'ok', info: {}, error: {}, details: {} });
const starting = { starting: { status: 'down' } };
const notReady = json(503, { status: 'error', info: {}, error: starting, details: starting });
const refused = json(
  503,
  {
    type: 'urn:tidemark:problem:store_unavailable',
    title: 'Store unavailable',
    status: 503,
    code: 'store_unavailable',
    detail: 'The service is starting and waits for a dependency. Try again shortly.',
  },
  'application/problem+json',
);

/**
 * Listens in a service's place until the dependencies of its modules are available, which may take as long as an
 * outage. Probes and Prometheus learn that the process is alive and has started but is not ready. All other callers get
 * 503.
 *
 * @throws the error of `listen`, for example if a port is in use
 */
export async function openWaitingRoom(
  name: string,
  { port, adminPort, host }: Pick<HttpConfig, 'port' | 'adminPort' | 'host'>,
): Promise<WaitingRoom> {
  const metrics = {
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: `# TYPE tidemark_ready gauge\ntidemark_ready{service="${name}"} 0\n`,
  };
  const probes = new Map([
    ['/health/live', alive],
    ['/health/startup', alive],
    ['/health/ready', notReady],
  ]);
  const atPort = await listen(probes, port, host);
  const atAdminPort = await listen(new Map([['/metrics', metrics]]), adminPort, host);
  return {
    port: (atPort.address() as AddressInfo).port,
    adminPort: (atAdminPort.address() as AddressInfo).port,
    close: async () => {
      await Promise.all([close(atPort), close(atAdminPort)]);
    },
  };
}

async function listen(replies: ReadonlyMap<string, Reply>, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    // Does not wait for answers that are still being sent.
    request.resume();
    send(response, replies.get(request.url!.split('?', 1)[0]!) ?? refused);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(status === 503 && { 'retry-after': '1' }),
    })
    .end(body);
}
