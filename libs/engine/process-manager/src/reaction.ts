/** A command that a process wants done. The engine makes the envelope. */
export interface ProcessCommand {
  /**
   * Names the command within its instance, for ever: the command id is derived from it. Requesting an awaited step
   * again changes nothing. Requesting an answered step again is a mistake (`StepRepeatedError`).
   */
  readonly step: string;
  readonly streamType: string;
  readonly type: string;
  readonly data: unknown;
}

/** At `dueAt` (RFC 3339) the instance gets the timer of this name as an input. Setting a name again moves it. */
export interface ProcessTimer {
  /** The part after a colon is the subject: `resend:P1`. A transition table has one row for all subjects. */
  readonly name: string;
  readonly dueAt: string;
}

/** Why an instance waits for a person. */
export interface StuckReason {
  readonly code: string;
  readonly message: string;
}

/** The reaction to an input. It is written in one transaction with all its effects. */
export interface Handled<State> {
  readonly outcome: 'handled';
  readonly state: State;
  /** For the history: what the process did, in a few words. */
  readonly action: string;
  readonly commands: readonly ProcessCommand[];
  readonly timers: readonly ProcessTimer[];
  readonly cancelTimers: readonly string[];
}

export type Reaction<State> =
  | Handled<State>
  /** Changes nothing here. */
  | { readonly outcome: 'ignored' }
  /** Came early: kept, and offered again after the next change. */
  | { readonly outcome: 'deferred' }
  /** Should not be possible here: kept, and an operator decides. */
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
