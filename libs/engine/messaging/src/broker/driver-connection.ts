import { createRequire } from 'node:module';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { credentials, type ChannelModel } from 'amqplib';

export interface DriverConnectionOptions {
  /** `amqp://` or `amqps://`; `channelMax`, `frameMax` and a positive `heartbeat` may be in its query. */
  readonly url: string;
  readonly name: string;
  readonly heartbeatSeconds: number;
  /** The time for TCP, TLS and the broker's handshake together. */
  readonly timeoutMs: number;
  /** Attaches listeners. Called before the first byte is read. */
  readonly onCreated: (connection: ChannelModel) => void;
}

interface RawConnection {
  open(fields: object, opened: (error: Error | null) => void): void;
}

// The driver exports neither class. Its version is pinned, and `broker-connection.unit.spec.ts` notices when they
// change.
const requireFromDriver = createRequire(require.resolve('amqplib'));
const { Connection } = requireFromDriver('./lib/connection.js') as {
  Connection: new (socket: Socket) => RawConnection;
};
const { ChannelModel: Model } = requireFromDriver('./lib/channel_model.js') as {
  ChannelModel: new (connection: RawConnection) => ChannelModel;
};

/**
 * Connects like the driver's own `connect`, but lets the caller listen from the beginning. The driver handles
 * everything that arrives in the same read as open-ok before it hands the connection over. So its caller would miss a
 * close in that read, and an error without a listener ends the process.
 */
export function openDriverConnection(options: DriverConnectionOptions): Promise<ChannelModel> {
  const url = new URL(options.url);
  return new Promise((resolve, reject) => {
    const { socket, ready } = openSocket(url);
    const fail = (error: Error) => {
      clearTimeout(overdue);
      socket.destroy();
      reject(error);
    };
    const overdue = setTimeout(
      () => fail(new Error(`no connection within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    socket.setNoDelay(true);
    socket.on('error', fail);
    socket.once(ready, () => {
      const connection = new Connection(socket);
      const model = new Model(connection);
      options.onCreated(model);
      connection.open(openingFields(url, options), (error) => {
        if (error) {
          fail(error);
        } else {
          clearTimeout(overdue);
          resolve(model);
        }
      });
    });
  });
}

function openSocket({ protocol, hostname, port }: URL): { socket: Socket; ready: string } {
  const host = hostname.replace(/^\[|\]$/g, '');
  switch (protocol) {
    case 'amqp:':
      return { socket: connectTcp({ host, port: Number(port || 5672) }), ready: 'connect' };
    case 'amqps:': {
      const servername = isIP(host) ? undefined : host;
      return {
        socket: connectTls({ host, port: Number(port || 5671), ...(servername && { servername }) }),
        ready: 'secureConnect',
      };
    }
    default:
      throw new Error(`the broker's URL must begin with amqp: or amqps:, not ${protocol}`);
  }
}

/** The properties and requests of the client (start-ok, tune-ok and open of AMQP 0-9-1). */
function openingFields(url: URL, { name, heartbeatSeconds }: DriverConnectionOptions): object {
  const { mechanism, response } = credentials.plain(
    decodeURIComponent(url.username) || 'guest',
    url.username || url.password ? decodeURIComponent(url.password) : 'guest',
  );
  const asked = (parameter: string) => Number(url.searchParams.get(parameter) ?? NaN);
  return {
    clientProperties: {
      connection_name: name,
      // eslint-disable-next-line tidemark/engine-has-no-word-of-the-domain -- RabbitMQ's name for it
      product: '@tidemark/messaging',
      platform: `Node.js ${process.version}`,
      capabilities: {
        publisher_confirms: true,
        exchange_exchange_bindings: true,
        'basic.nack': true,
        consumer_cancel_notify: true,
        'connection.blocked': true,
        authentication_failure_close: true,
      },
    },
    mechanism,
    response: response(),
    locale: 'en_US',
    channelMax: asked('channelMax') || 0,
    frameMax: asked('frameMax') || 131_072,
    heartbeat: asked('heartbeat') || heartbeatSeconds,
    virtualHost: decodeURIComponent(url.pathname.slice(1)) || '/',
    capabilities: '',
    insist: 0,
  };
}
