import { PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';
import { RELAY_OWNER, type BrokerConnection, type MessageKeys } from '@tidemark/messaging';
import { keysOfBroker } from './message-keys';
import type { Definitions } from '../definitions/feature';
import type { Opened } from '../opened';
import { DEFAULT_NAME, runs, type BrokerOptions, type TidemarkOptions } from '../options';
import { OpenBroker } from './open-broker';

/** How events and commands travel by the broker. */
export interface Travel {
  readonly broker: BrokerConnection;
  readonly keys: MessageKeys;
  readonly prefix?: string;
}

/** @throws ZodError if the text of the keys is malformed; NoSigningKeyError if this process lacks a key to sign with */
export function openTravel(
  options: TidemarkOptions,
  { url, messageKeys, prefix }: BrokerOptions,
  { processes }: Definitions,
  opened: Opened,
): Travel {
  const keys = keysOfBroker(messageKeys);
  if (runs(options, 'write')) {
    keys.signingKey(RELAY_OWNER);
  }
  if (runs(options, 'processes')) {
    processes.forEach(([{ name }]) => keys.signingKey(`${PROCESS_ACTOR_PREFIX}${name}`));
  }
  const { connection: broker } = opened.addPart(new OpenBroker({ url, name: options.name ?? DEFAULT_NAME }));
  return { broker, keys, ...(prefix !== undefined && { prefix }) };
}
