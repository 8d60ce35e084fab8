import { faultCode } from '../errors';
import { BrokerDelivery } from '../events/broker-delivery';
import { ConsumerGroup } from '../events/consumer-group';
import type { DeliveryKind } from '../events/delivery';
import { LogDelivery } from '../events/log-delivery';
import type { PartitionBatch, PartitionHandler } from '../events/partition-handler';
import { PostgresWakeSource } from '../events/postgres-wake-source';
import { PostgresParkedStore } from '../parked/postgres-parked-store';
import { testKeys } from '../signing/test-keys.fixture';
import {
  ApplyingHandler,
  recordApplied,
  type ConsumerPoint,
  type HandlerSafeguard,
} from './applying-handler.fixture';
import { Interruption, say, type InterruptionPlan } from './interruption.fixture';
import {
  codec,
  impatience,
  logger,
  openPorts,
  runReplica,
  schema,
  type ReplicaConfig,
} from './replica-process.fixture';
import { redeliverSome } from './shuffled-publishing.fixture';
import { tapBroker } from './tapped-broker.fixture';
import { CredulousConsumer, forgetCheckpoints, hideWhatIsNotDelivered } from './unguarded-consumers.fixture';

/**
 * The safeguards that a test can remove from a consumer besides those of its handler, and the behaviour without each:
 * - `positions`: the consumer applies each delivery in the order of arrival;
 * - `healing`: the consumer can't read missing events from the log.
 */
export type ConsumerSafeguard = HandlerSafeguard | 'positions' | 'healing';

export interface ConsumerConfig extends ReplicaConfig {
  readonly group: string;
  readonly interruption?: InterruptionPlan<ConsumerPoint>;
  readonly without?: ConsumerSafeguard;
  /** Returns messages to the queue, which then delivers them again, out of order. */
  readonly redelivering?: boolean;
  /** Default `rabbitmq`. */
  readonly delivery?: DeliveryKind;
}

const NEVER_MS = 3_600_000;

function main(config: ConsumerConfig): void {
  const { group, prefix, partitions, owner, without } = config;
  const ports = openPorts(config, group);
  const { pool, log, store, broker } = ports;
  if (config.redelivering) {
    tapBroker(broker, { deliver: redeliverSome });
  }
  if (without === 'positions') {
    const apply = (event: PartitionBatch['events'][number]) => recordApplied(pool, { group, owner }, [event]);
    runReplica(ports, new CredulousConsumer({ broker, prefix, group, partitions, apply }));
    return;
  }
  const interruption = new Interruption(config.interruption);
  const handler = new ApplyingHandler({
    pool,
    group,
    owner,
    interruption,
    ...(without !== 'healing' && { without }),
  });
  runReplica(
    ports,
    new ConsumerGroup({
      group,
      partitions,
      owner,
      delivery:
        config.delivery === 'log'
          ? followLog(config)
          : new BrokerDelivery({ broker, prefix, keys: testKeys }),
      codec,
      parked: new PostgresParkedStore({ pool, schema, group }),
      store: without === 'stored checkpoint' ? forgetCheckpoints(store) : store,
      log: without === 'healing' ? hideWhatIsNotDelivered(log, store, broker) : log,
      handler: tellingRefusals(handler),
      maxBatch: 10,
      // The comparison with the stored checkpoint would notice the missing checkpoint.
      idleCheckMs: without === 'stored checkpoint' ? NEVER_MS : 100,
      logger,
      ...impatience,
    }),
  );
}

/** The listener ends with the process. */
function followLog({ databaseUrl }: ConsumerConfig): LogDelivery {
  return new LogDelivery({ wakeSource: new PostgresWakeSource({ databaseUrl, logger }) });
}

function tellingRefusals(handler: ApplyingHandler): PartitionHandler {
  return {
    handle: async (batch: PartitionBatch) => {
      try {
        await handler.handle(batch);
      } catch (error) {
        say('refused', { code: faultCode(error) });
        throw error;
      }
    },
    handleParked: () => handler.handleParked(),
  };
}

main(JSON.parse(process.argv[2]!) as ConsumerConfig);
