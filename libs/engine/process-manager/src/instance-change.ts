import type { NewCommand, SettledCommand } from './outstanding-commands';
import type { FinalStatus, HistoryEntry, ProcessInstance } from './process-instance';

/** Everything that a transaction has to write for one instance. */
export interface InstanceChange<State = unknown> {
  readonly instance: ProcessInstance<State>;
  readonly commands: readonly NewCommand[];
  readonly settled: readonly SettledCommand[];
  /** By name; `undefined` removes the timer. */
  readonly timers: ReadonlyMap<string, string | undefined>;
  /** The names in `timers` that could not be handled: they are held until a change with `releasesTimers`. */
  readonly heldTimers: ReadonlySet<string>;
  /** Held timers of earlier transactions come due again. */
  readonly releasesTimers: boolean;
  readonly history: readonly HistoryEntry[];
  /** The final status, where this reaches one. */
  readonly endedAs?: FinalStatus;
}
