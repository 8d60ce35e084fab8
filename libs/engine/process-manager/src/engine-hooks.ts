import type { FinalStatus } from './process-instance';

/** Hooks that are called after a commit, to wake other parts and for metrics. They must not throw. */
export interface EngineHooks {
  /** There are new commands in the outbox. */
  onCommands?(): void;
  /** The process reacted to a due timer with this name. */
  onTimer?(name: string): void;
  /** This many commands were given up because they had no answer for too long. Their instances are stuck. */
  onUnanswered?(commands: number): void;
  /** An instance has reached a final status. */
  onEnded?(status: FinalStatus): void;
}
