import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import type { BackingService, WayName } from './infrastructure';
import type { CommandLine, CommandRunner } from './run-command';
import type { ProcessIdentity } from './servers/process-identity';
import type { ServerRecord } from './servers/server-record';

/** The facts about this machine that the ways to a server use. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly checkout: string;
  /** The folder below which each started server has its own folder for data and logs. */
  readonly home: string;
  /** Whether started servers belong to this process only and lose their data when it ends. */
  readonly temporary: boolean;
  /** The process that ends the servers that it starts. They keep their data all the same. */
  readonly keeper?: ProcessIdentity;
  readonly run: CommandRunner;
}

/** The result of trying one way. A way that does not work gives a short reason. */
export type Attempt =
  | {
      readonly outcome: 'found';
      readonly url: string;
      readonly reason: string;
      readonly isStandIn?: boolean;
      readonly rabbitmqctl?: CommandLine;
      /** By default the way that found it. */
      readonly origin?: WayName;
      /** Present if the way started the server, or took it over from a process that was killed. */
      readonly started?: ServerRecord;
    }
  | { readonly outcome: 'closed'; readonly reason: string };

export interface Way {
  readonly name: WayName;
  attempt(): Promise<Attempt>;
}

export function closed(reason: string): Attempt {
  return { outcome: 'closed', reason };
}

/** The folder of servers that outlast the process that started them. */
export function lastingHome(checkout: string = checkoutRoot): string {
  return join(checkout, '.tidemark/infra');
}

export function serverHome(host: Host, service: BackingService): string {
  return join(host.home, service);
}
