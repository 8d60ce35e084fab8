import type { EventEnvelope } from '@tidemark/kernel';
import type { BrokerConnection } from '../broker/broker-connection';
import type { Checkpoint } from '../checkpoint';
import type { LogReader } from '../events/log-reader';
import type { Lease } from '../lease';
import type { GroupStore } from '../leases/group-store';
import { overrideMethods } from './override-methods.fixture';
import { tapBroker, type Publish } from './tapped-broker.fixture';

/**
 * The safeguards that a test can remove from a relay, and the behaviour without each:
 * - `publish before advance`: the published position moves when a window has been read;
 * - `confirms`: an event that was handed to the driver counts as published;
 * - `refusals`: an event that the broker refuses counts as published;
 * - `stored place`: a new owner starts at the end of the log;
 * - `epoch`: the published position is written without checking the lease.
 */
export type RelaySafeguard = 'publish before advance' | 'confirms' | 'refusals' | 'stored place' | 'epoch';

export interface RelayPorts {
  readonly log: LogReader;
  readonly store: GroupStore;
  readonly broker: BrokerConnection;
}

/** Writes a checkpoint without checking its owner. */
export type OverwriteCheckpoint = (partition: number, to: Checkpoint) => Promise<void>;

export function withoutRelaySafeguard(
  ports: RelayPorts,
  overwrite: OverwriteCheckpoint,
  safeguard: RelaySafeguard | undefined,
  sendDelayMs = 50,
): RelayPorts {
  switch (safeguard) {
    case undefined:
      return ports;
    case 'publish before advance':
      return advancingWhenRead(ports, overwrite);
    case 'confirms':
      tapBroker(ports.broker, { publish: confirmingByItself(sendDelayMs) });
      return ports;
    case 'refusals':
      tapBroker(ports.broker, { publish: takingRefusalsForConfirms });
      return ports;
    case 'stored place':
      return goingOnAtTheEnd(ports, overwrite);
    case 'epoch': {
      const advance = (lease: Lease, _from: Checkpoint, to: Checkpoint) => overwrite(lease.partition, to);
      return { ...ports, store: overrideMethods(ports.store, { advance }) };
    }
  }
}

function advancingWhenRead(ports: RelayPorts, overwrite: OverwriteCheckpoint): RelayPorts {
  const readPartition = async (partition: number, from: number, limit: number) => {
    const events = await ports.log.readPartition(partition, from, limit);
    const last = events.at(-1);
    if (last) {
      await overwrite(partition, checkpointAt(last));
    }
    return events;
  };
  return {
    ...ports,
    log: overrideMethods(ports.log, { readPartition }),
    store: overrideMethods(ports.store, { advance: () => Promise.resolve() }),
  };
}

/** Sends later, like a driver whose socket is slow. */
const confirmingByItself =
  (sendDelayMs: number) =>
  (publish: Publish): Publish =>
  (exchange, routingKey, content, options, confirm) => {
    setTimeout(() => {
      try {
        publish(exchange, routingKey, content, options, () => {});
      } catch {
        // The channel is gone, and the message with it.
      }
    }, sendDelayMs);
    setImmediate(() => confirm?.(null, {} as never));
    return true;
  };

function takingRefusalsForConfirms(publish: Publish): Publish {
  return (exchange, routingKey, content, options, confirm) =>
    publish(exchange, routingKey, content, options, () => confirm?.(null, {} as never));
}

function goingOnAtTheEnd(ports: RelayPorts, overwrite: OverwriteCheckpoint): RelayPorts {
  const loadCheckpoint = async (partition: number): Promise<Checkpoint | undefined> => {
    const stored = await ports.store.loadCheckpoint(partition);
    const head = (await ports.log.heads()).get(partition) ?? 0;
    if (!stored || stored.position === 0 || stored.position === head) {
      return stored;
    }
    const [last] = await ports.log.readPartition(partition, head, 1);
    const end = checkpointAt(last!);
    await overwrite(partition, end);
    return end;
  };
  return { ...ports, store: overrideMethods(ports.store, { loadCheckpoint }) };
}

function checkpointAt({ position, eventId }: EventEnvelope): Checkpoint {
  return { position, eventId };
}
