import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import type { BackingService, WayName } from './infrastructure';
import type { CommandLine, CommandRunner } from './run-command';
import type { ServerRecord } from './servers/server-record';

/** What the ways know of the machine that they run on. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly checkout: string;
  /** Servers that are started keep their data and logs below it, a folder each. */
  readonly home: string;
  /** What is started belongs to this process alone, and its data goes with it. */
  readonly temporary: boolean;
  readonly run: CommandRunner;
}

/** What one way came to. A way that does not work says why, in a few words. */
export type Attempt =
  | {
      readonly outcome: 'found';
      readonly url: string;
      readonly reason: string;
      readonly isStandIn?: boolean;
      readonly rabbitmqctl?: CommandLine;
      /** Given when the way started the server. */
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

/** Where servers live that outlast the process that started them. */
export function lastingHome(checkout: string = checkoutRoot): string {
  return join(checkout, '.tidemark/infra');
}

export function serverHome(host: Host, service: BackingService): string {
  return join(host.home, service);
}
