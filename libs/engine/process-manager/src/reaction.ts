/** A command that a process wants done. The engine makes the envelope. */
export interface ProcessCommand {
  /**
   * The name of the command within its instance. It must never change, because the command id is derived from it.
   * Requesting an awaited step again changes nothing. Requesting an answered step again is a mistake
   * (`StepRepeatedError`).
   */
  readonly step: string;
  readonly streamType: string;
  readonly type: string;
  readonly data: unknown;
}

/**
 * A timer. At `dueAt` (RFC 3339), the instance gets the timer of this name as an input. Setting a name again moves the
 * timer.
 */
export interface ProcessTimer {
  /** The part after a colon is the subject, as in `resend:P1`. A transition table has one row for all subjects. */
  readonly name: string;
  readonly dueAt: string;
}

/** Why an instance waits for an operator. */
export interface StuckReason {
  readonly code: string;
  readonly message: string;
}

/** The reaction to an input. It is written in one transaction with all its effects. */
export interface Handled<State> {
  readonly outcome: 'handled';
  readonly state: State;
  /** The process's action in a few words, for the history. */
  readonly action: string;
  readonly commands: readonly ProcessCommand[];
  readonly timers: readonly ProcessTimer[];
  readonly cancelTimers: readonly string[];
}

export type Reaction<State> =
  | Handled<State>
  /** The input changes nothing here. */
  | { readonly outcome: 'ignored' }
  /** The event came early: the engine keeps it, and offers it again after the next change. */
  | { readonly outcome: 'deferred' }
  /** The event should not be possible here: the engine keeps it, and an operator decides. */
  | { readonly outcome: 'stuck'; readonly reason: StuckReason };

export const ignored = { outcome: 'ignored' } as const;

export const deferred = { outcome: 'deferred' } as const;

export function handled<State>(
  action: string,
  state: State,
  effects: Partial<Pick<Handled<State>, 'commands' | 'timers' | 'cancelTimers'>> = {},
): Handled<State> {
  return { outcome: 'handled', state, action, commands: [], timers: [], cancelTimers: [], ...effects };
}
