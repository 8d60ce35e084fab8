import type { StuckReason } from './reaction';

/** Public code. While an instance is stuck for this, its timers do not fire and its events wait. */
export const reactionFailed = 'reaction_failed';

/** Public code. A command of the instance has been unanswered for too long. Its answer lifts this reason. */
export const unanswered = 'command_unanswered';

export function failureOf(error: unknown): StuckReason {
  return { code: reactionFailed, message: error instanceof Error ? error.message : String(error) };
}

/**
 * An answer removes `command_unanswered`, and must remove no other reason. `reaction_failed` stops events and timers,
 * and must do so even if the instance is also stuck for another reason.
 */
export function gravityOf({ code }: StuckReason): number {
  return code === reactionFailed ? 2 : code === unanswered ? 0 : 1;
}

/**
 * The history's text when an instance gets stuck. It says "parked", because stored histories and the public interface
 * have that word.
 */
export function stuckAction({ message }: StuckReason): string {
  return `parked: ${message}`;
}
