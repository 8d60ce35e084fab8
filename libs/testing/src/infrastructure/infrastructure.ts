import type { CommandLine } from './run-command';

export const backingServices = ['postgres', 'rabbitmq', 'mongodb'] as const;

export type BackingService = (typeof backingServices)[number];

/**
 * How a backing service was come by: a URL in the environment; a server that this checkout started before; one that
 * listens on localhost; a container; the server's own program; programs that npm installed (`embedded`) or that were
 * fetched from MongoDB (`download`); mongo-java-server in MongoDB's place (`stand-in`).
 */
export type WayName =
  'env' | 'running' | 'localhost' | 'docker' | 'binary' | 'embedded' | 'download' | 'stand-in';

export interface Choice {
  readonly service: BackingService;
  readonly way: WayName;
  /** Administrator's URL of the server; may hold a password. */
  readonly url: string;
  readonly reason: string;
  /** The server was started for this very request. */
  readonly startedHere: boolean;
  readonly isStandIn: boolean;
  /** How to call `rabbitmqctl` for this broker, where that may be possible. */
  readonly rabbitmqctl?: CommandLine;
}

export interface Infrastructure<Service extends BackingService = BackingService> {
  /** Of the services that were asked for. */
  readonly urls: Readonly<Record<Service, string>>;
  readonly mongodbIsStandIn: boolean;
  readonly choices: readonly Choice[];
  /** Ends only what this call started. */
  stop(): Promise<void>;
}
