/** A rule refused the command: nothing happened, and the caller gets the reason. Never thrown. */
export interface Refusal<Code extends string = string> {
  /** A stable, public code in snake_case, as in the public interface. */
  readonly code: Code;
  readonly message: string;
}

/** An aggregate's answer to a command: the events to append (none if nothing changes) or a refusal. */
export type Decision<Event, Code extends string = string> =
  | { readonly outcome: 'accepted'; readonly events: readonly Event[] }
  | { readonly outcome: 'refused'; readonly refusal: Refusal<Code> };

export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { outcome: 'accepted', events };
}

export function refuse<Code extends string>(code: Code, message: string): Decision<never, Code> {
  return { outcome: 'refused', refusal: { code, message } };
}
