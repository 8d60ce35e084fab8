import type { FinalStatus } from './process-instance';

/** Called after a commit, with what it made true: to wake others, and for metrics. Must not throw. */
export interface EngineHooks {
  /** There are new commands in the outbox. */
  onCommands?(): void;
  /** A timer of this name came due, and the process did something about it. */
  onTimer?(name: string): void;
  /** So many commands were given up, having no answer for too long; their instances wait for a person. */
  onUnanswered?(commands: number): void;
  /** An instance has reached a final status. */
  onEnded?(status: FinalStatus): void;
}
