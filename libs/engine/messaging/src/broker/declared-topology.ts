import { backoffMs, pause, type BackoffOptions } from '../backoff';
import { TopologyMismatchError } from '../errors';
import type { Logger } from '../logger';
import type { BrokerConnection } from './broker-connection';
import { declareEventTopology, type EventTopology } from './topology';

export interface DeclaredTopologyOptions<Part> extends BackoffOptions {
  readonly broker: BrokerConnection;
  /** A part of the topology that is declared separately, so that a mismatch does not affect other parts. */
  readonly parts: readonly Part[];
  readonly declare: (part: Part, signal?: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

/**
 * The exchanges and queues that one process uses. All are declared at the start and on each new connection, even if
 * nothing is sent. If the broker has one of them with other properties, the declaration is retried with backoff. The
 * mismatch is logged when it is found and when it is gone, but not at each attempt.
 */
export class DeclaredTopology<Part> {
  private readonly mismatches = new Map<Part, TopologyMismatchError>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: DeclaredTopologyOptions<Part>) {}

  /** `topology_mismatch` while the broker has any of these with other properties; absent otherwise. */
  get errorCode(): string | undefined {
    return this.mismatches.values().next().value?.code;
  }

  errorCodeOf(part: Part): string | undefined {
    return this.mismatches.get(part)?.code;
  }

  /** Starts in the background: the broker need not be available yet. */
  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** @throws TopologyMismatchError, which is logged already; BrokerUnavailableError */
  async declare(part: Part, signal?: AbortSignal): Promise<void> {
    try {
      await this.options.declare(part, signal);
    } catch (error) {
      if (error instanceof TopologyMismatchError) {
        this.note(part, error);
      }
      throw error;
    }
    this.note(part, undefined);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      if (await this.declareAll(signal)) {
        attempt = 0;
        await this.options.broker.untilLost(signal);
      } else {
        await pause(backoffMs(attempt, this.options), signal);
      }
    }
  }

  private async declareAll(signal: AbortSignal): Promise<boolean> {
    let isComplete = true;
    for (const part of this.options.parts) {
      try {
        await this.declare(part, signal);
      } catch {
        isComplete = false;
      }
    }
    return isComplete;
  }

  private note(part: Part, mismatch: TopologyMismatchError | undefined): void {
    const before = this.entities();
    if (mismatch) {
      this.mismatches.set(part, mismatch);
    } else {
      this.mismatches.delete(part);
    }
    const after = this.entities();
    if (mismatch && !before.has(mismatch.entity)) {
      this.options.logger.error(
        { err: mismatch, entity: mismatch.entity },
        'the broker has this exchange, queue or binding with other properties; an operator must delete it or change the configuration',
      );
    }
    for (const entity of before) {
      if (!after.has(entity)) {
        this.options.logger.info(
          { entity },
          'the broker now has this exchange, queue or binding with the right properties',
        );
      }
    }
  }

  private entities(): ReadonlySet<string> {
    return new Set([...this.mismatches.values()].map(({ entity }) => entity));
  }
}

export interface DeclaredEventTopologyOptions
  extends Omit<DeclaredTopologyOptions<number>, 'parts' | 'declare'>, Omit<EventTopology, 'partitions'> {
  /** The number of partitions of the log. */
  readonly partitions: number;
}

/** The exchange of events and the queues of these groups, one part per partition. */
export function declaredEventTopology(options: DeclaredEventTopologyOptions): DeclaredTopology<number> {
  const { broker, prefix, groups, partitions } = options;
  return new DeclaredTopology({
    ...options,
    parts: Array.from({ length: partitions }, (_, partition) => partition),
    declare: (partition, signal) =>
      declareEventTopology(broker, { prefix, groups, partitions: [partition] }, signal),
  });
}
