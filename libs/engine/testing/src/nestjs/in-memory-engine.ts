import { CommandExecutor } from '@tidemark/event-store';
import { CommandPublisher, LogDelivery } from '@tidemark/messaging';
import {
  CommandsPart,
  definitionsOf,
  keysOfDatabase,
  Opened,
  openMetering,
  PROJECTIONS_GROUP,
  ProjectionsPart,
  ReadPart,
  Reads,
  requireVersions,
  type ConnectedControllers,
  type Definitions,
  type HealthCheck,
  type Metering,
  type OpenedEngine,
  type TidemarkFeature,
} from '@tidemark/nestjs/internals';
import type { TidemarkOptions } from '@tidemark/nestjs';
import type { InMemoryTables } from './in-memory-tables';
import { RunningInMemory } from './running-in-memory';
import { watchedMetering } from './watched-metering';

/** Faults are tried again as often as elsewhere, and sooner. */
const backoff = { minBackoffMs: 1, maxBackoffMs: 5 };

interface Parts {
  readonly projections: ProjectionsPart;
  readonly reads: Reads;
  readonly processes: readonly RunningInMemory[];
}

/** An application's engine whose log, read models, processes and queues are in memory. All its parts run. */
export class InMemoryEngine implements OpenedEngine {
  isOpen = true;

  private constructor(
    readonly log: Pick<InMemoryTables, 'store'>,
    private readonly executor: CommandExecutor,
    private readonly parts: Parts,
    private readonly opened: Opened,
    readonly hasProjections: boolean,
  ) {}

  /** Throws the refusals of contradicting definitions, as the engine in databases does. */
  static async open(
    tables: InMemoryTables,
    options: TidemarkOptions,
    features: readonly TidemarkFeature[],
    controllers: ConnectedControllers,
  ): Promise<InMemoryEngine> {
    const definitions = definitionsOf(features);
    await tables.use(definitions);
    const opened = new Opened();
    try {
      const metering = watchedMetering(opened.add(await openMetering(options.metrics)), (where, error) =>
        tables.failures.push({ where, error }),
      );
      const executor = executorOf(tables, options, metering);
      opened.add({ close: () => executor.settled() });
      const parts = await openParts({ tables, definitions, executor, metering, controllers }, opened);
      await opened.prepare((attempt) => attempt());
      return new InMemoryEngine(tables, executor, parts, opened, definitions.projections.length > 0);
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  toLoad(): CommandExecutor {
    return this.executor;
  }

  toWrite(): CommandExecutor {
    return this.executor;
  }

  toRead(): Reads {
    return this.parts.reads;
  }

  get importer(): never {
    throw new Error('an import needs Postgres: append to the eventStore instead');
  }

  get projections(): ProjectionsPart {
    return this.parts.projections;
  }

  get processes(): { readonly processes: readonly RunningInMemory[] } {
    return this.parts;
  }

  get checks(): readonly HealthCheck[] {
    return this.opened.checks;
  }

  start(): void {
    this.opened.start();
  }

  stop(): Promise<void> {
    return this.opened.stop();
  }

  close(): Promise<void> {
    this.isOpen = false;
    return this.opened.close();
  }
}

interface Context {
  readonly tables: InMemoryTables;
  readonly definitions: Definitions;
  readonly executor: CommandExecutor;
  readonly metering: Metering;
  readonly controllers: ConnectedControllers;
}

function executorOf(
  { store }: InMemoryTables,
  { conflictRetries }: TidemarkOptions,
  metering: Metering,
): CommandExecutor {
  return new CommandExecutor({
    store,
    ...(conflictRetries !== undefined && { conflictRetries }),
    onConflict: (streamType) => metering.conflict(streamType),
  });
}

async function openParts(context: Context, opened: Opened): Promise<Parts> {
  const { tables, definitions, executor, metering, controllers } = context;
  const { store, readModels, queues } = tables;
  const { projections, processes, commands } = definitions;
  const delivery = new LogDelivery({ wakeSource: { subscribe: (listener) => store.onAppended(listener) } });
  const readStore = {
    projections: readModels,
    queries: readModels.queries,
    requireReady: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const hooks = metering.consumers(PROJECTIONS_GROUP);
  const projecting = new ProjectionsPart({
    log: tables,
    readStore,
    delivery,
    projections,
    consumer: backoff,
    hooks,
    areAwaited: true,
  });
  await requireVersions(projecting.registry, projections);
  opened.addPart(projecting);
  const followed = opened.addPart(new ReadPart(tables, readStore));
  const reads = new Reads(tables, definitions.inlineProjections, readModels.queries, followed);
  const names = processes.map(([{ name }]) => name);
  const keys = keysOfDatabase({ identity: 'in-memory' }, names);
  const common = { keys, hooks: metering.commands, commands, executor, controllers, backoff };
  opened.addPart(new CommandsPart({ receiver: queues.receiver(), checks: [], ...common }));
  const publisher = new CommandPublisher({ sender: queues.sender(), keys });
  const running = processes.map((versions) =>
    opened.addPart(
      new RunningInMemory({ tables, definitions: versions, delivery, publisher, metering, backoff }),
    ),
  );
  return { projections: projecting, reads, processes: running };
}
