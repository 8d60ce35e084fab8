import type { Checkpoint } from '../checkpoint';
import { LeaseLostError } from '../errors';
import { RelayGroup } from '../events/relay-group';
import type { Lease } from '../lease';
import { testKeys } from '../signing/test-keys.fixture';
import { Interruption, say, type InterruptionPlan } from './interruption.fixture';
import { overrideMethods } from './override-methods.fixture';
import { overwriteCheckpoint } from './overwrite-checkpoint.fixture';
import { PublishedWindows } from './published-windows.fixture';
import { withoutRelaySafeguard, type RelaySafeguard } from './relay-safeguards.fixture';
import { impatience, logger, openPorts, runReplica, type ReplicaConfig } from './replica-process.fixture';
import { shufflePublishing } from './shuffled-publishing.fixture';
import { tapBroker } from './tapped-broker.fixture';

export type RelayPoint = 'before publish' | 'after publish' | 'after confirm' | 'before advance';

export interface RelayConfig extends ReplicaConfig {
  /** The groups whose queues it fills. */
  readonly groups: readonly string[];
  readonly interruption?: InterruptionPlan<RelayPoint>;
  readonly without?: RelaySafeguard;
  /** Publishes out of order, and every tenth message twice. */
  readonly shuffled?: boolean;
}

const WINDOW_SIZE = 10;

function main(config: RelayConfig): void {
  const ports = openPorts(config, 'relay');
  const interruption = new Interruption(config.interruption);
  const windows = new PublishedWindows();
  windows.onFirst = () => interruption.reach('before publish');
  windows.onLast = () => interruption.reach('after publish');
  windows.onAllConfirmed = () => interruption.reach('after confirm');
  if (config.shuffled) {
    tapBroker(ports.broker, { publish: shufflePublishing });
  }
  const { log, store, broker } = withoutRelaySafeguard(
    ports,
    overwriteCheckpoint(ports.pool, 'relay'),
    config.without,
    // A relay that must die has sent nothing before this point, even on a slow machine.
    config.interruption && 60_000,
  );
  tapBroker(broker, { publish: windows.publish });
  const advance = async (lease: Lease, from: Checkpoint, to: Checkpoint) => {
    interruption.reach('before advance');
    try {
      await store.advance(lease, from, to);
    } catch (error) {
      if (error instanceof LeaseLostError) {
        say('refused');
      }
      throw error;
    }
  };
  const { partitions, prefix, owner, groups } = config;
  runReplica(
    ports,
    new RelayGroup({
      broker,
      keys: testKeys,
      log: windows.observe(log),
      store: overrideMethods(store, { advance }),
      partitions,
      prefix,
      owner,
      groups,
      windowSize: WINDOW_SIZE,
      pollIntervalMs: 50,
      confirmTimeoutMs: 2_000,
      logger,
      ...impatience,
    }),
  );
}

main(JSON.parse(process.argv[2]!) as RelayConfig);
