import { InMemoryEventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import { InMemoryCommandQueues } from '@tidemark/messaging';
import { groupOf, PROJECTIONS_GROUP, type Definitions } from '@tidemark/nestjs/internals';
import { InMemoryProcess } from '@tidemark/process-manager';
import {
  InMemoryInlineProjections,
  inMemoryProjectionStore,
  type InMemoryProjectionStore,
} from '@tidemark/projections';
import { CurrentCodec } from './current-codec';
import type { TestClock } from './test-clock';

/** A fault of work in the background: of a consumer group, or of a command. */
export interface BackgroundFailure {
  /** The consumer group, or the command as `<StreamType>.<Command>`. */
  readonly where: string;
  readonly error: unknown;
}

/** What an application would have in its databases and queues. It outlives the application. */
export class InMemoryTables {
  readonly codec = new CurrentCodec();
  readonly store: InMemoryEventStore;
  readonly readModels: InMemoryProjectionStore;
  readonly queues = new InMemoryCommandQueues([]);
  readonly failures: BackgroundFailure[] = [];
  private readonly processes = new Map<string, InMemoryProcess>();
  private foldInline: (events: readonly EventEnvelope[]) => void = () => {};

  constructor(
    private readonly clock: TestClock,
    readonly partitions: number,
  ) {
    this.store = new InMemoryEventStore({
      codec: this.codec,
      partitions,
      clock: clock.now,
      inline: (events) => this.foldInline(events),
    });
    this.readModels = inMemoryProjectionStore(clock.now);
  }

  /** Prepares for an application with these definitions. Folds what its inline projections lack. */
  async use({ contracts, aggregates, inlineProjections }: Definitions): Promise<void> {
    this.codec.use(contracts);
    this.queues.declare(aggregates.map(({ streamType }) => streamType));
    const inline = new InMemoryInlineProjections(this.readModels.documents, inlineProjections);
    for await (const event of this.store.readAll()) {
      inline.fold([{ ...event, data: this.codec.decode(event).data }]);
    }
    this.foldInline = (events) => inline.fold(events);
  }

  processOf(name: string): InMemoryProcess {
    const tables = this.processes.get(name) ?? new InMemoryProcess({ clock: this.clock.now });
    this.processes.set(name, tables);
    return tables;
  }

  /** The streams that a consumer group can't continue, in words. */
  parked(): readonly string[] {
    const parked = [
      [PROJECTIONS_GROUP, this.readModels.parked(PROJECTIONS_GROUP)] as const,
      ...[...this.processes].map(([name, tables]) => [groupOf(name), tables.parked] as const),
    ];
    return parked.flatMap(([group, { streams }]) =>
      [...streams.values()]
        .filter(({ status }) => status !== 'RESOLVED')
        .map(
          ({ streamId, event, error }) =>
            `${group} can't continue ${streamId} at ${event.type} (version ${event.version}): ${error.message}`,
        ),
    );
  }

  /** The consumer groups that lack events of the log, in words. Nothing is awaited in here. */
  behind(heads: ReadonlyMap<number, number>, hasProjections: boolean): readonly string[] {
    const groups = [
      ...(hasProjections
        ? [[PROJECTIONS_GROUP, this.readModels.positionsOf(PROJECTIONS_GROUP)] as const]
        : []),
      ...[...this.processes].map(([name, { group }]) => [groupOf(name), group.positions()] as const),
    ];
    return groups.flatMap(([group, positions]) =>
      [...heads]
        .filter(([partition, head]) => (positions.get(partition) ?? 0) < head)
        .map(
          ([partition, head]) =>
            `${group} is at ${positions.get(partition) ?? 0} of ${head} in partition ${partition}`,
        ),
    );
  }
}
