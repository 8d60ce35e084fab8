import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { inject, type InjectOptions, type Response } from 'light-my-request';
import { isAdminPath } from './admin-path';

/**
 * The two ports of a service. A gateway sends clients to the public port; Prometheus and operators use the admin port.
 */
export type Port = 'public' | 'admin';

/**
 * The paths that are registered once for both ports. The answer describes the routes of the port that received the
 * request.
 */
const DESCRIPTIONS = /^\/(docs|openapi\.json)(\/|$)/;

/**
 * The second port of a service. It hands its connections to the server of the public port, so both ports have the same
 * time-outs, limits, hooks and metrics. Fastify finds a route on its own port only. The port of a request is known by
 * its connection, never by anything in the request. The port closes with the service, after its requests in flight.
 */
export class AdminPort {
  private readonly connections = new WeakSet<object>();
  private readonly server = createServer({ allowHalfOpen: true, noDelay: true }, (connection) => {
    this.connections.add(connection);
    this.fastify.server.emit('connection', connection);
  });

  /** Binds the routes that are added after this call. */
  constructor(private readonly fastify: FastifyInstance) {
    fastify.addConstraintStrategy({
      name: 'port',
      storage: () => {
        const handlers = new Map();
        return {
          get: (port) => handlers.get(port) ?? null,
          set: (port, handler) => handlers.set(port, handler),
        };
      },
      deriveConstraint: (request) => this.portOf(request as IncomingMessage),
    });
    fastify.addHook('onRoute', bindToPort);
    let closed: Promise<unknown> | undefined;
    fastify.addHook('preClose', async () => {
      if (this.server.listening) {
        closed = once(this.server, 'close');
        this.server.close();
      }
    });
    fastify.addHook('onClose', async () => {
      await closed;
    });
  }

  /** Undefined while it does not listen. */
  get number(): number | undefined {
    return (this.server.address() as AddressInfo | null)?.port;
  }

  /** Whether a service that listens lacks this port. */
  get isMissing(): boolean {
    return this.fastify.server.listening && !this.server.listening;
  }

  /**
   * Call it after the public port listens: before that, its server does not track connections.
   *
   * @throws the error of `listen`, for example if the port is in use
   */
  async listen({ port, host }: { readonly port: number; readonly host: string }): Promise<void> {
    const listening = once(this.server, 'listening');
    this.server.listen(port, host);
    await listening;
  }

  portOf({ socket }: Pick<IncomingMessage, 'socket'>): Port {
    return this.connections.has(socket) ? 'admin' : 'public';
  }

  /** `inject` of the application through this port, for tests. */
  async inject(request: InjectOptions): Promise<Response> {
    await this.fastify.ready();
    return inject((incoming, answer) => {
      this.connections.add(incoming.socket);
      this.fastify.routing(incoming, answer);
    }, request);
  }
}

function bindToPort(route: RouteOptions): void {
  if (!DESCRIPTIONS.test(route.url)) {
    route.constraints = { ...route.constraints, port: isAdminPath(route.url) ? 'admin' : 'public' };
  }
}
