import type { Pool } from 'pg';
import type { HistoryEntry, ProcessInstance } from './process-instance';
import { selectFigures, type ProcessFigures } from './sql/select-figures';
import { selectHistory, type StoredHistoryEntry } from './sql/select-history';
import { selectInstance } from './sql/select-instance';
import {
  selectInstancePage,
  type InstancePageOptions,
  type ListedInstance,
} from './sql/select-instance-page';
import { selectOutstandingCommands } from './sql/select-outstanding-commands';
import { selectTimers } from './sql/select-timers';
import { withStoreFaults } from './store-faults';

/** One instance with its history and everything that it waits for. */
export interface InstanceStory {
  readonly instance: ProcessInstance;
  readonly timers: readonly { readonly name: string; readonly dueAt: Date }[];
  /** The unanswered commands, oldest first. `givesUpAt` is absent until the command is sent. */
  readonly outstanding: readonly { readonly step: string; readonly givesUpAt?: Date }[];
  readonly history: readonly HistoryEntry[];
}

export interface ProcessReaderOptions {
  readonly pool: Pool;
  readonly process: string;
  /** The engine's value of this option. */
  readonly giveUpAfterMs: number;
}

/**
 * Reads the instances of one process, without locks.
 *
 * @throws StoreUnavailableError from every method
 */
export class ProcessReader {
  constructor(private readonly options: ProcessReaderOptions) {}

  find(instanceId: string): Promise<ProcessInstance | undefined> {
    return withStoreFaults(() => selectInstance(this.options.pool, this.options.process, instanceId));
  }

  page(options: Omit<InstancePageOptions, 'process'>): Promise<readonly ListedInstance[]> {
    const { pool, process } = this.options;
    return withStoreFaults(() => selectInstancePage(pool, { ...options, process }));
  }

  /** The parts are read at slightly different moments, so a change in between may show in some parts only. */
  async tell(instances: readonly ProcessInstance[]): Promise<readonly InstanceStory[]> {
    const { pool, process, giveUpAfterMs } = this.options;
    const ids = instances.map(({ instanceId }) => instanceId);
    const [timers, commands, history] = await withStoreFaults(() =>
      Promise.all([
        selectTimers(pool, process, ids),
        selectOutstandingCommands(pool, process, ids, giveUpAfterMs),
        selectHistory(pool, process, ids),
      ]),
    );
    return instances.map((instance) => {
      const isOfInstance = (row: { readonly instance_id: string }) => row.instance_id === instance.instanceId;
      return {
        instance,
        timers: timers.filter(isOfInstance).map(({ name, due_at }) => ({ name, dueAt: due_at })),
        outstanding: commands.filter(isOfInstance).map(({ step, first_sent_at }) => ({
          step,
          ...(first_sent_at && { givesUpAt: new Date(first_sent_at.getTime() + giveUpAfterMs) }),
        })),
        history: history.filter(isOfInstance).map(historyEntryOf),
      };
    });
  }

  figures(): Promise<ProcessFigures> {
    return withStoreFaults(() => selectFigures(this.options.pool, this.options.process));
  }
}

function historyEntryOf({ at, event, action, event_id, actor, reason }: StoredHistoryEntry): HistoryEntry {
  return {
    at: at.toISOString(),
    event,
    action,
    ...(event_id !== null && { eventId: event_id }),
    ...(actor !== null && { actor }),
    ...(reason !== null && { reason }),
  };
}
