import { ConsumerGroup, createOwnerId, ParkedWork, scopedLogger } from '@tidemark/messaging';
import {
  abilityOf,
  GenerationKeeper,
  GenerationPlaces,
  GenerationRegistry,
  GroupFeed,
  Rebuilds,
  ServingGate,
  type ModelProjection,
} from '@tidemark/projections';
import type { OpenDelivery } from '../delivery/log-delivery';
import { ProjectionVersionLoweredError } from '../errors';
import type { OpenLog } from '../log/open-log';
import type { Metering } from '../metrics/metering';
import { faultCheck, type HealthCheck, type OpenPart } from '../part';
import type { OpenReadStore } from '../read-models/open-read-store';
import { PROJECTIONS_GROUP as group } from '../definitions/groups';

interface Options {
  readonly log: OpenLog;
  readonly readStore: OpenReadStore;
  readonly delivery: OpenDelivery;
  readonly projections: readonly ModelProjection[];
  readonly metering: Metering;
}

/** Keeps the read models up to date: consumes events, and fills and drops generations. */
export class ProjectionsPart implements OpenPart {
  readonly checks: readonly HealthCheck[];

  private constructor(
    /** The requests that operators can make about generations. */
    readonly rebuilds: Rebuilds,
    /** The streams that a projection could not process. */
    readonly parked: ParkedWork,
    private readonly consumers: ConsumerGroup,
    private readonly keeper: GenerationKeeper,
    private readonly gate: ServingGate,
  ) {
    this.checks = [
      { name: 'projections', check: () => gate.requireOpen() },
      faultCheck('projection-consumers', consumers),
    ];
  }

  /**
   * Makes the places of the documents, and requests a rebuild of each projection whose version was raised.
   *
   * @throws ProjectionVersionLoweredError, MixedDeliveryError, and the faults of the store
   */
  static async open({ log, readStore, delivery, projections, metering }: Options): Promise<ProjectionsPart> {
    const store = readStore.projections;
    const registry = new GenerationRegistry(store);
    await requireVersions(registry, projections);
    const logger = scopedLogger('projections');
    const owner = createOwnerId();
    const readModels = projections.map(({ readModel }) => readModel);
    const places = new GenerationPlaces({ store, registry, projections, readModels });
    const parked = store.parked(group);
    const { documents } = store;
    const common = { store, group, projections, registry, documents, log: log.store, codec: log.codec };
    const { prepare } = places;
    const keeper = new GenerationKeeper({ ...common, owner, partitions: log.partitions, prepare, logger });
    const consumers = new ConsumerGroup({
      group,
      owner,
      partitions: log.partitions,
      store: store.group(group, projections.map(abilityOf)),
      parked,
      log: log.store,
      codec: log.codec,
      delivery: delivery.delivery,
      handler: places.madeBefore(new GroupFeed({ ...common, parked })),
      logger,
      hooks: metering.consumers(group),
    });
    metering.measure('lag_events', group, () => consumers.lags());
    metering.measure('parked_streams', group, () => consumers.parkedStreams());
    const rebuilds = new Rebuilds({ store, group, projections, registry, log: log.store });
    await places.ensure();
    await rebuilds.requestRaised();
    await consumers.requireSameDelivery();
    const work = new ParkedWork({ store: parked, log: log.store });
    const gate = new ServingGate({ registry, projections, logger });
    return new ProjectionsPart(rebuilds, work, consumers, keeper, gate);
  }

  start(): void {
    this.keeper.start();
    this.gate.whenOpen(() => this.consumers.start());
  }

  /** Does not stop the projections: the last requests may wait for events that the read models lack. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.gate.close();
    await Promise.all([this.consumers.stop(), this.keeper.stop()]);
  }
}

async function requireVersions(
  registry: GenerationRegistry,
  projections: readonly ModelProjection[],
): Promise<void> {
  const live = new Map((await registry.states()).map((state) => [state.name, state.live.version]));
  for (const { name, version } of projections) {
    const liveVersion = live.get(name) ?? version;
    if (liveVersion > version) {
      throw new ProjectionVersionLoweredError(name, version, liveVersion);
    }
  }
}
