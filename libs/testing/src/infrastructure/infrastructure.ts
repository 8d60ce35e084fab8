import type { CommandLine } from './run-command';

export const backingServices = ['postgres', 'rabbitmq', 'mongodb'] as const;

export type BackingService = (typeof backingServices)[number];

/**
 * How a backing service was obtained: a URL in the environment (`env`), a server that this checkout started before
 * (`running`), or a server on localhost (`localhost`). If a server was started: a container (`docker`), the server's
 * own program (`binary`), programs from npm (`embedded`) or from MongoDB (`download`), or mongo-java-server instead of
 * MongoDB (`stand-in`).
 */
export type WayName =
  'env' | 'running' | 'localhost' | 'docker' | 'binary' | 'embedded' | 'download' | 'stand-in';

export interface Choice {
  readonly service: BackingService;
  readonly way: WayName;
  /** The administrator's URL of the server. It may contain a password. */
  readonly url: string;
  readonly reason: string;
  /** Whether the server was started for this request. */
  readonly startedHere: boolean;
  readonly isStandIn: boolean;
  /** How to call `rabbitmqctl` for this broker, if that is possible. */
  readonly rabbitmqctl?: CommandLine;
}

export interface Infrastructure<Service extends BackingService = BackingService> {
  /** Only the requested services. */
  readonly urls: Readonly<Record<Service, string>>;
  readonly mongodbIsStandIn: boolean;
  readonly choices: readonly Choice[];
  /** Stops only the servers that this call started. */
  stop(): Promise<void>;
}
