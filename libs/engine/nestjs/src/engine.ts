import { EventImporter, type CommandExecutor } from '@tidemark/event-store';
import { scopedLogger } from '@tidemark/messaging';
import { isUnavailable } from '@tidemark/postgres';
import { isReadStoreNotReady } from '@tidemark/projections';
import type { AggregateAccess } from './aggregates/aggregate-repository';
import { PartNotRunError } from './errors';
import { definitionsOf, type TidemarkFeature } from './definitions/feature';
import { migrateTidemark } from './log/migrations';
import { openLog, type OpenLog } from './log/open-log';
import { waitAtMost } from './when-available';
import { openMetering, type Metering } from './metrics/metering';
import { Opened } from './opened';
import { openParts, type ConnectedControllers, type Parts } from './open-parts';
import { runs, type Part, type TidemarkOptions } from './options';
import type { HealthCheck } from './part';
import type { ProcessesPart } from './processes/processes-part';
import type { ProjectionsPart } from './projections/projections-part';
import type { ProcessHandle } from './processes/running-process';
import type { ReadModelAccess } from './read-models/read-model-reader';
import type { Reads } from './read-models/reads';
import { Execution } from './write/execution';

/** Everything of Tidemark that an application has open: in its databases, or in memory for tests. */
export interface OpenedEngine extends AggregateAccess, ReadModelAccess {
  readonly log: Pick<OpenLog, 'store'>;
  /** @throws PartNotRunError */
  readonly projections: Pick<ProjectionsPart, 'rebuilds' | 'groups' | 'parked'>;
  /** @throws PartNotRunError */
  readonly processes: { readonly processes: readonly ProcessHandle[] };
  /** @throws PartNotRunError */
  readonly importer: EventImporter;
  readonly checks: readonly HealthCheck[];
  start(): void;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export type OpenEngine = (
  options: TidemarkOptions,
  features: readonly TidemarkFeature[],
  controllers: ConnectedControllers,
) => Promise<OpenedEngine>;

/** The engine in its databases. */
export class Engine implements OpenedEngine {
  private constructor(
    private readonly options: TidemarkOptions,
    readonly log: OpenLog,
    private readonly executor: CommandExecutor,
    private readonly parts: Parts,
    private readonly opened: Opened,
    private readonly metering: Metering,
  ) {}

  /**
   * Opens the log and the parts that run. When it rejects, everything is closed again.
   *
   * Throws the refusals of `errors.ts`, and StoreUnavailableError after `startTimeoutMs`.
   */
  static async open(
    options: TidemarkOptions,
    features: readonly TidemarkFeature[],
    controllers: ConnectedControllers,
  ): Promise<Engine> {
    const definitions = definitionsOf(features);
    await migrateOnStart(options);
    const opened = new Opened();
    try {
      const log = opened.add(await openLog(options, definitions));
      const metering = opened.add(await openMetering(options.metrics));
      const { executor } = opened.add(
        new Execution(log, {
          ...(options.conflictRetries !== undefined && { conflictRetries: options.conflictRetries }),
          onConflict: (streamType) => metering.conflict(streamType),
        }),
      );
      const parts = await openParts({ options, definitions, log, executor, controllers, metering }, opened);
      const wait = waitAtMost(options.startTimeoutMs);
      await opened.prepare((attempt, { what, isPassing }) =>
        // The migrations do not run by themselves, so it does not wait for them.
        wait(attempt, { what, isPassing: (error) => isPassing(error) && isAway(error) }),
      );
      return new Engine(options, log, executor, parts, opened, metering);
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  toLoad(): CommandExecutor {
    return this.executor;
  }

  toWrite(): CommandExecutor {
    if (!runs(this.options, 'write')) {
      throw new PartNotRunError('write', 'a command');
    }
    return this.executor;
  }

  toRead(): Reads {
    return required('read', 'a read of a read model', this.parts.reads);
  }

  get importer(): EventImporter {
    if (!runs(this.options, 'write')) {
      throw new PartNotRunError('write', 'an import');
    }
    return new EventImporter(this.log);
  }

  get projections(): ProjectionsPart {
    return required('projections', 'an operation on projections', this.parts.projections);
  }

  get processes(): ProcessesPart {
    return required('processes', 'an operation on processes', this.parts.processes);
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

  /** The metrics go first, because they ask the parts for their figures. */
  async close(): Promise<void> {
    await this.metering.close();
    await this.opened.close();
  }
}

function isAway(error: unknown): boolean {
  return isUnavailable(error) || isReadStoreNotReady(error);
}

function required<Running>(part: Part, what: string, running: Running | undefined): Running {
  if (!running) {
    throw new PartNotRunError(part, what);
  }
  return running;
}

async function migrateOnStart(options: TidemarkOptions): Promise<void> {
  if (options.migrate !== 'onStart') {
    return;
  }
  const { databaseUrl, partitions } = options;
  const logger = scopedLogger('Tidemark');
  await waitAtMost(options.startTimeoutMs)(
    () =>
      migrateTidemark({
        databaseUrl: typeof databaseUrl === 'string' ? databaseUrl : databaseUrl.current(),
        ...(partitions !== undefined && { partitions }),
        log: (migration) => logger.info({ migration }, 'ran a migration'),
      }),
    { what: 'the database', isPassing: isUnavailable },
  );
}
