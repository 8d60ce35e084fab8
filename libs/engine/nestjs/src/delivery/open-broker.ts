import type { LiveValue } from '@tidemark/kernel';
import { BrokerConnection, scopedLogger } from '@tidemark/messaging';
import type { HealthCheck, OpenPart } from '../part';

interface Options {
  readonly url: string | LiveValue<string>;
  /** The name that the broker's own tools show. */
  readonly name: string;
}

/** The connection to the broker. */
export class OpenBroker implements OpenPart {
  readonly connection: BrokerConnection;
  /** The application answers requests without it: the log keeps what is to be published, and commands wait. */
  readonly checks: readonly HealthCheck[];

  constructor(options: Options) {
    const connection = new BrokerConnection({ ...options, logger: scopedLogger('broker') });
    this.connection = connection;
    this.checks = [{ name: 'broker', neededFor: 'start', check: () => connection.requireConnected() }];
  }

  start(): void {
    this.connection.start();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
