import { createServer, type AddressInfo, type Server } from 'node:net';
import { BrokerQueues } from './broker-queues';
import type { ClientMethod } from './peer-channel';
import { PeerSession } from './peer-session';

/**
 * How a broker departs from its usual behaviour. A script sees each method of each client before the broker answers. It
 * returns `true` if the broker must not answer, because the script has answered itself or wants no answer.
 */
export type PeerScript = (method: ClientMethod, session: PeerSession) => boolean;

export interface ScriptedBrokerOptions {
  /** The heartbeat offered to clients, which may ask for less. Default 1. */
  readonly heartbeatSeconds?: number;
  /** False by default: messages stay in their queues until a consumer acknowledges them. */
  readonly discardsMessages?: boolean;
}

/**
 * A TCP server that speaks enough AMQP 0-9-1 for this repository's clients. It keeps queues in memory, and routes,
 * confirms, delivers and requeues messages like RabbitMQ. A script makes it send what RabbitMQ rarely sends, at the
 * moment that matters.
 */
export class ScriptedBroker {
  readonly queues: BrokerQueues;
  readonly heartbeatSeconds: number;
  private readonly server: Server;
  private readonly sessions = new Set<PeerSession>();
  private readonly atTheEnd: (() => void)[] = [];
  private script: PeerScript | undefined;
  private count = 0;

  private constructor({ heartbeatSeconds = 1, discardsMessages = false }: ScriptedBrokerOptions) {
    this.heartbeatSeconds = heartbeatSeconds;
    this.queues = new BrokerQueues(discardsMessages);
    this.server = createServer((socket) => {
      this.count += 1;
      const session = new PeerSession(socket, this);
      this.sessions.add(session);
      socket.on('close', () => this.sessions.delete(session));
    });
  }

  static async start(options: ScriptedBrokerOptions = {}): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(options);
    await new Promise<void>((resolve) => broker.server.listen(0, '127.0.0.1', resolve));
    return broker;
  }

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many connections were ever made. */
  get connectionCount(): number {
    return this.count;
  }

  get openConnections(): number {
    return this.sessions.size;
  }

  /** How many channels are open, on all connections. */
  get openChannels(): number {
    return [...this.sessions].reduce((sum, { channelCount }) => sum + channelCount, 0);
  }

  /** How many deliveries wait for their acknowledgement. */
  get unacknowledged(): number {
    return [...this.sessions].reduce((sum, session) => sum + session.unacknowledged, 0);
  }

  follow(script: PeerScript): void {
    this.script = script;
  }

  /** Ends the script. Acts that it deferred with `later` happen now; answers that it left out are never sent. */
  behave(): void {
    this.script = undefined;
    this.atTheEnd.splice(0).forEach((act) => act());
  }

  /** For scripts: does `act` when the script ends. */
  later(act: () => void): void {
    this.atTheEnd.push(act);
  }

  forEachSession(act: (session: PeerSession) => void): void {
    [...this.sessions].forEach(act);
  }

  /** Resets every connection. Clients may connect again. */
  cut(): void {
    this.forEachSession((session) => session.cut());
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** For sessions. */
  isScripted(method: ClientMethod, session: PeerSession): boolean {
    return this.script?.(method, session) ?? false;
  }
}
