import { CommandPublisher } from '@tidemark/messaging';
import type { Pool } from 'pg';
import type { CommandWay } from '../commands/command-way';
import type { OpenDelivery } from '../delivery/log-delivery';
import { requireProcessesPrepared } from '../log/migrations';
import { openPool, type OpenLog } from '../log/open-log';
import { whenAvailable } from '../log/when-available';
import type { Metering } from '../metrics/metering';
import type { TidemarkOptions } from '../options';
import { faultCheck, type HealthCheck, type OpenPart } from '../part';
import type { ProcessVersions } from '../definitions/process-versions';
import { RunningProcess } from './running-process';

interface Context {
  readonly options: TidemarkOptions;
  readonly log: OpenLog;
  readonly delivery: OpenDelivery;
  readonly commands: CommandWay;
  readonly processes: readonly ProcessVersions[];
  readonly metering: Metering;
}

/** Runs all processes of the application. */
export class ProcessesPart implements OpenPart {
  readonly checks: readonly HealthCheck[];
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly pool: Pool,
    private readonly publisher: CommandPublisher,
    readonly processes: readonly RunningProcess[],
    senderChecks: readonly HealthCheck[],
  ) {
    this.checks = [
      { name: 'process-store', check: () => requireProcessesPrepared(pool) },
      ...senderChecks,
      faultCheck('process-commands', publisher),
      ...processes.map(({ name, consumers }) => faultCheck(`process-consumers-${name}`, consumers)),
    ];
  }

  /** @throws MigrationMissingError, MixedDeliveryError; StoreUnavailableError after `startTimeoutMs` */
  static async open(context: Context): Promise<ProcessesPart> {
    const { options, log, delivery, commands, metering } = context;
    const { end: sender, checks } = await commands.openSender();
    const pool = openPool(options, 'processes');
    const publisher = new CommandPublisher({ sender, keys: commands.keys });
    const processes = context.processes.map(
      (definitions) => new RunningProcess({ log, pool, delivery, publisher, definitions, metering }),
    );
    const part = new ProcessesPart(pool, publisher, processes, checks);
    try {
      await whenAvailable(options, () => requireProcessesPrepared(pool));
      await Promise.all(processes.map(({ consumers }) => consumers.requireSameDelivery()));
      return part;
    } catch (error) {
      await part.close();
      throw error;
    }
  }

  start(): void {
    this.publisher.start();
    this.processes.forEach((process) => process.start());
  }

  /** Goes on: the last requests may wait for what a process does. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    const stopped = await Promise.all(this.processes.map((process) => process.stop()));
    // Without its queues, the last commands would wait for ever. They are sent again after the next start.
    await this.publisher.close();
    await Promise.all(stopped.map(({ dispatched }) => dispatched));
    await this.pool.end();
  }
}
