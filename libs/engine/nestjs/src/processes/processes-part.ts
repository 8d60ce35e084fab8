import type { EventLog } from '@tidemark/event-store';
import { CommandPublisher, MixedDeliveryError, type CommandSender, type Delivery } from '@tidemark/messaging';
import type { Pool } from 'pg';
import type { CommandEnd, CommandWay } from '../delivery/command-way';
import { requireProcessesPrepared } from '../log/migrations';
import { faultCheck, type HealthCheck, type OpenPart, type Preparation } from '../part';
import { RunningProcess, type ProcessOptions } from './running-process';

export interface ProcessesPartOptions {
  readonly log: EventLog;
  /** The connections to the schema `process_manager`, which the part closes. */
  readonly pool: Pool;
  readonly delivery: Delivery;
  readonly sender: CommandEnd<CommandSender>;
  readonly keys: CommandWay['keys'];
  readonly processes: readonly ProcessOptions[];
  /**
   * Whether requests to this application may wait for its processes. If so, the processes end after the last request.
   */
  readonly areAwaited: boolean;
}

/** Runs processes. */
export class ProcessesPart implements OpenPart {
  readonly sender: CommandEnd<CommandSender>;
  readonly publisher: CommandPublisher;
  readonly processes: readonly RunningProcess[];
  readonly checks: readonly HealthCheck[];
  private ending: Promise<void> | undefined;

  constructor(private readonly options: ProcessesPartOptions) {
    const { log, pool, delivery, sender, keys } = options;
    const publisher = new CommandPublisher({ sender: sender.end, keys });
    this.sender = sender;
    this.publisher = publisher;
    this.processes = options.processes.map(
      (process) => new RunningProcess({ ...process, log, pool, delivery, publisher }),
    );
    this.checks = [
      { name: 'process-store', check: () => requireProcessesPrepared(pool) },
      ...sender.checks,
      faultCheck('process-commands', publisher),
      ...this.processes.map(({ name, consumers }) => faultCheck(`process-consumers-${name}`, consumers)),
    ];
  }

  get preparation(): Preparation {
    return {
      what: 'the process store',
      // The store may be away, or wait for its migrations.
      isPassing: (error) => !(error instanceof MixedDeliveryError),
      attempt: () => Promise.all(this.processes.map(({ consumers }) => consumers.requireSameDelivery())),
    };
  }

  start(): void {
    this.publisher.start();
    this.processes.forEach((process) => process.start());
  }

  stop(): Promise<void> {
    return this.options.areAwaited ? Promise.resolve() : this.end();
  }

  async close(): Promise<void> {
    await this.end();
    await this.options.pool.end();
  }

  private end(): Promise<void> {
    return (this.ending ??= this.endAll());
  }

  private async endAll(): Promise<void> {
    const stopped = await Promise.all(this.processes.map((process) => process.stop()));
    // Without its queues, the last commands would wait for ever. They are sent again after the next start.
    await this.publisher.close();
    await Promise.all(stopped.map(({ dispatched }) => dispatched));
  }
}
