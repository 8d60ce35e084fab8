import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { CommandExecutor, EventImporter, EventStore } from '@tidemark/event-store';
import type { ParkedWork } from '@tidemark/messaging';
import type { Rebuilds } from '@tidemark/projections';
import type { AggregateAccess } from './aggregates/aggregate-repository';
import { CommandStrategy } from './commands/command-strategy';
import type { OpenedEngine, OpenEngine } from './engine';
import { NotOpenError } from './errors';
import type { TidemarkFeature } from './definitions/feature';
import type { TidemarkOptions } from './options';
import type { HealthCheck } from './part';
import type { ProcessingGroups } from './projections/processing-groups';
import type { ProcessHandle } from './processes/running-process';
import type { ReadModelAccess } from './read-models/read-model-reader';
import type { Reads } from './read-models/reads';
import { OPEN_ENGINE, TIDEMARK_FEATURE, TIDEMARK_OPTIONS } from './tokens';

/**
 * Tidemark in a Nest application. It opens in `onModuleInit`, before the other modules do, because its module is
 * global. Work in the background starts at `onApplicationBootstrap`. At a shutdown, Nest first calls
 * `onModuleDestroy`: from then on, this process carries out no command of a process, because a decision may need
 * other modules. Then Nest answers the last requests, which may still wait for projections and processes.
 * `onApplicationShutdown` ends these, and then closes the connections.
 */
@Injectable()
export class Tidemark
  implements
    AggregateAccess,
    ReadModelAccess,
    OnModuleInit,
    OnApplicationBootstrap,
    OnModuleDestroy,
    OnApplicationShutdown
{
  private opened: OpenedEngine | undefined;

  constructor(
    @Inject(TIDEMARK_OPTIONS) private readonly options: TidemarkOptions,
    private readonly modules: ModuleRef,
    private readonly strategy: CommandStrategy,
    @Inject(OPEN_ENGINE) private readonly openEngine: OpenEngine,
  ) {}

  /** The log, for reads that no repository offers. @throws NotOpenError */
  get eventStore(): EventStore {
    return this.engine.log.store;
  }

  /**
   * Writes a history into the log, for a move from another system (ADR 0064). It folds no inline projections: the next
   * start of a process that runs `write` does. @throws NotOpenError, PartNotRunError
   */
  get importer(): EventImporter {
    return this.engine.importer;
  }

  /** The state of everything that Tidemark needs, for a health endpoint. @throws NotOpenError */
  get checks(): readonly HealthCheck[] {
    return this.engine.checks;
  }

  /** Rebuilds and rollbacks of read models. @throws NotOpenError, PartNotRunError */
  get rebuilds(): Rebuilds {
    return this.engine.projections.rebuilds;
  }

  /** Pauses and resumes projections, for all replicas. @throws NotOpenError, PartNotRunError */
  get processingGroups(): ProcessingGroups {
    return this.engine.projections.groups;
  }

  /** The streams that a projection could not process. @throws NotOpenError, PartNotRunError */
  get parkedByProjections(): ParkedWork {
    return this.engine.projections.parked;
  }

  /** The processes, with their instances and parked streams. @throws NotOpenError, PartNotRunError */
  get processes(): readonly ProcessHandle[] {
    return this.engine.processes.processes;
  }

  async onModuleInit(): Promise<void> {
    const features = this.modules.get<TidemarkFeature>(TIDEMARK_FEATURE, { strict: false, each: true });
    const controllers = () => this.strategy.getHandlers();
    this.opened = await this.openEngine(this.options, features, controllers);
  }

  onApplicationBootstrap(): void {
    this.engine.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.opened?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    const engine = this.opened;
    this.opened = undefined;
    await engine?.close();
  }

  toLoad(): CommandExecutor {
    return this.engine.toLoad();
  }

  toWrite(): CommandExecutor {
    return this.engine.toWrite();
  }

  toRead(): Pick<Reads, 'read'> {
    return this.engine.toRead();
  }

  private get engine(): OpenedEngine {
    if (!this.opened) {
      throw new NotOpenError();
    }
    return this.opened;
  }
}
