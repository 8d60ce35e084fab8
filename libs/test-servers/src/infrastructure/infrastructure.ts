import type { CommandLine } from './run-command';

export const backingServices = ['postgres', 'rabbitmq', 'mongodb'] as const;

export type BackingService = (typeof backingServices)[number];

/**
 * How a backing service was obtained: a URL in the environment (`env`), a server that this checkout started before
 * (`running`), or a server on localhost (`localhost`). If a server was started: a container (`docker`), the server's
 * own program (`binary`), programs from npm (`embedded`) or from MongoDB (`download`), or mongo-java-server instead of
 * MongoDB (`stand-in`).
 */
export const wayNames = [
  'env',
  'running',
  'localhost',
  'docker',
  'binary',
  'embedded',
  'download',
  'stand-in',
] as const;

export type WayName = (typeof wayNames)[number];

export interface Choice {
  readonly service: BackingService;
  readonly way: WayName;
  /** For a server that is `running`, how this checkout started it. For all others, the same as `way`. */
  readonly origin: WayName;
  /** The administrator's URL of the server. It may contain a password. */
  readonly url: string;
  readonly reason: string;
  /** Whether the server was started for this request, so that `stop` ends it. */
  readonly startedHere: boolean;
  readonly isStandIn: boolean;
  /** How to call `rabbitmqctl` for this broker, if that is possible. */
  readonly rabbitmqctl?: CommandLine;
}

export interface Infrastructure<Service extends BackingService = BackingService> {
  /** The requested services, and the optional services that were found. */
  readonly urls: Readonly<Record<Service, string>> & Readonly<Partial<Record<BackingService, string>>>;
  readonly mongodbIsStandIn: boolean;
  readonly choices: readonly Choice[];
  /** Stops only the servers that this call started, and those that it took over from a killed process. */
  stop(): Promise<void>;
}
