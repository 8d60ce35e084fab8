import { constant, PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';
import {
  BrokerCommandReceiver,
  BrokerCommandSender,
  BrokerConnection,
  BrokerDelivery,
  MessageKeys,
  messageKeysText,
  RELAY_OWNER,
  scopedLogger,
} from '@tidemark/messaging';
import type { CommandWay } from '../commands/command-way';
import type { OpenDelivery } from '../delivery/log-delivery';
import type { Definitions } from '../definitions/feature';
import { DEFAULT_NAME, runs, type BrokerOptions, type TidemarkOptions } from '../options';
import type { HealthCheck, OpenPart } from '../part';

/** The connection to the broker, and what travels by it. */
export class OpenBroker implements OpenPart {
  readonly connection: BrokerConnection;
  readonly keys: MessageKeys;
  readonly checks: readonly HealthCheck[];
  readonly prefix: { readonly prefix?: string };

  /**
   * @throws ZodError if the text of the keys is malformed; NoSigningKeyError if this process lacks a key to sign with
   */
  constructor(options: TidemarkOptions, broker: BrokerOptions, { processes }: Definitions) {
    const { messageKeys, prefix } = broker;
    this.keys = new MessageKeys(
      typeof messageKeys === 'string' ? constant(messageKeysText.parse(messageKeys)) : messageKeys,
    );
    if (runs(options, 'write')) {
      this.keys.signingKey(RELAY_OWNER);
    }
    if (runs(options, 'processes')) {
      processes.forEach(([{ name }]) => this.keys.signingKey(`${PROCESS_ACTOR_PREFIX}${name}`));
    }
    this.prefix = prefix === undefined ? {} : { prefix };
    this.connection = new BrokerConnection({
      url: broker.url,
      name: options.name ?? DEFAULT_NAME,
      logger: scopedLogger('broker'),
    });
    // The application answers requests without it: the log keeps what is to be published, and commands wait.
    this.checks = [
      { name: 'broker', neededFor: 'start', check: async () => this.connection.requireConnected() },
    ];
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

  /** The consumers take events from their queues. The log fills what these leave out. */
  get delivery(): OpenDelivery {
    const { connection: broker, keys, prefix } = this;
    return {
      delivery: new BrokerDelivery({ broker, keys, ...prefix }),
      checks: [],
      close: () => Promise.resolve(),
    };
  }

  commands(streamTypes: readonly string[]): CommandWay {
    const queues = {
      broker: this.connection,
      streamTypes,
      ...this.prefix,
      logger: scopedLogger('commands'),
    };
    return {
      keys: this.keys,
      openSender: async () => ({ end: new BrokerCommandSender(queues), checks: [] }),
      openReceiver: async () => ({ end: new BrokerCommandReceiver(queues), checks: [] }),
    };
  }
}
