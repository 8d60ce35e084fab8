import { NotHandlingCommandError } from './errors';
import type { Message } from './messages';

/** Takes the events of the command that is being handled. */
export type AppliedEvents = (event: Message<'event'>) => void;

/** Command handlers are synchronous, so at most one is at work. */
let current: AppliedEvents | undefined;

/**
 * Says what the command that is being handled has decided. The event's `@EventSourcingHandler` runs at once, so that
 * the rest of the command handler sees the new state. The events of one command reach the log together or not at all.
 *
 * @throws NotHandlingCommandError, EventNotListedError
 */
export function apply(event: Message<'event'>): void {
  if (!current) {
    throw new NotHandlingCommandError();
  }
  current(event);
}

/** Runs the work while `apply` gives its events to `applied`, or refuses them if there is none. */
export function whileApplying<Result>(applied: AppliedEvents | undefined, work: () => Result): Result {
  const before = current;
  current = applied;
  try {
    return work();
  } finally {
    current = before;
  }
}
