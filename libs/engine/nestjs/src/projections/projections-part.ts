import type { EventLog } from '@tidemark/event-store';
import {
  ConsumerGroup,
  createOwnerId,
  ParkedWork,
  scopedLogger,
  type ConsumerHooks,
  type Delivery,
} from '@tidemark/messaging';
import {
  abilityOf,
  GenerationFeeds,
  GenerationKeeper,
  GenerationPlaces,
  GenerationRegistry,
  GroupFeed,
  isReadStoreNotReady,
  Pauses,
  Rebuilds,
  ServingGate,
  type GenerationKeeperOptions,
  type ModelProjection,
  type ReadStore,
} from '@tidemark/projections';
import { PROJECTIONS_GROUP } from '../definitions/groups';
import type { ConsumerTuning } from '../delivery/consumer-tuning';
import { faultCheck, type HealthCheck, type OpenPart, type Preparation } from '../part';
import { ProcessingGroups } from './processing-groups';

export interface ProjectionsOptions {
  readonly projections: readonly ModelProjection[];
  /** The consumer group, whose replicas share the partitions; `projections` by default. */
  readonly group?: string;
  readonly consumer?: ConsumerTuning;
  /** How generations are filled, kept and dropped. */
  readonly generations?: Partial<
    Pick<
      GenerationKeeperOptions,
      'keepIntervalMs' | 'pageSize' | 'pagesAtOnce' | 'restPercent' | 'keepPreviousMs' | 'dropAfterMs'
    >
  >;
  readonly hooks?: ConsumerHooks;
  /** Called for a generation whose documents the server of the read models can't check. */
  readonly onUnchecked?: (generation: string) => void;
}

export interface ProjectionsPartOptions extends ProjectionsOptions {
  readonly log: Pick<EventLog, 'store' | 'codec' | 'partitions'>;
  readonly readStore: ReadStore;
  readonly delivery: Delivery;
  /**
   * Whether requests to this application may wait for its projections. If so, the projections end after the last
   * request.
   */
  readonly areAwaited: boolean;
}

/** Keeps the read models up to date: consumes events, and fills and drops generations. */
export class ProjectionsPart implements OpenPart {
  readonly registry: GenerationRegistry;
  /** How far each partition is folded into each generation. */
  readonly feeds: GenerationFeeds;
  /** The requests that operators can make about generations. */
  readonly rebuilds: Rebuilds;
  /** Pauses and resumes projections. */
  readonly groups: ProcessingGroups;
  /** The streams that a projection could not process. */
  readonly parked: ParkedWork;
  readonly places: GenerationPlaces;
  readonly keeper: GenerationKeeper;
  readonly consumers: ConsumerGroup;
  readonly gate: ServingGate;
  private readonly areAwaited: boolean;
  private closing: Promise<void> | undefined;

  constructor(options: ProjectionsPartOptions) {
    const {
      log,
      delivery,
      projections,
      group = PROJECTIONS_GROUP,
      consumer = {},
      hooks,
      onUnchecked,
    } = options;
    const { projections: store } = options.readStore;
    const { documents } = store;
    const registry = new GenerationRegistry(store);
    const readModels = projections.map(({ readModel }) => readModel);
    const common = { store, group, projections, registry, documents, log: log.store, codec: log.codec };
    const places = new GenerationPlaces({
      ...common,
      readModels,
      ...(onUnchecked && { onUnchecked }),
    });
    const parked = store.parked(group);
    const owner = createOwnerId();
    const { partitions } = log;
    this.registry = registry;
    this.feeds = new GenerationFeeds(store, group);
    this.rebuilds = new Rebuilds(common);
    this.groups = new ProcessingGroups(projections, new Pauses(common));
    this.parked = new ParkedWork({ store: parked, log: log.store });
    this.places = places;
    this.keeper = new GenerationKeeper({
      ...common,
      ...options.generations,
      ...(consumer.leaseMs !== undefined && { leaseMs: consumer.leaseMs }),
      owner,
      partitions,
      prepare: places.prepare,
      logger: scopedLogger(GenerationKeeper.name),
    });
    this.consumers = new ConsumerGroup({
      ...consumer,
      ...common,
      store: store.group(group, projections.map(abilityOf)),
      owner,
      partitions,
      parked,
      delivery,
      handler: places.madeBefore(new GroupFeed({ ...common, parked })),
      logger: scopedLogger('projections'),
      ...(hooks && { hooks }),
    });
    this.gate = new ServingGate({ registry, projections, logger: scopedLogger(ServingGate.name) });
    this.areAwaited = options.areAwaited;
  }

  get checks(): readonly HealthCheck[] {
    return [
      { name: 'projections', check: () => this.gate.requireOpen() },
      faultCheck('projection-consumers', this.consumers),
    ];
  }

  /** Makes the places of the documents, and requests a rebuild of each projection whose version was raised. */
  get preparation(): Preparation {
    return {
      what: 'the read store',
      // The database may have become unavailable again since the connection was made.
      isPassing: isReadStoreNotReady,
      attempt: async () => {
        await this.places.ensure();
        await this.rebuilds.requestRaised();
        await this.consumers.requireSameDelivery();
      },
    };
  }

  start(): void {
    this.keeper.start();
    this.gate.whenOpen(() => this.consumers.start());
  }

  stop(): Promise<void> {
    return this.areAwaited ? Promise.resolve() : this.close();
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    await this.gate.close();
    await Promise.all([this.consumers.stop(), this.keeper.stop()]);
  }
}
