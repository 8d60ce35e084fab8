/**
 * How often a command is sent before it counts as unanswered. The time alone is not enough: if the database's clock
 * steps forward, the time of a command that was just sent is over at once. Its next sends are then due, too.
 */
export const attemptsBeforeOverdue = 5;

/** Whether a command has been unanswered for too long; null for a command that was not sent yet. */
export function overdue(giveUpAfterMs: string): string {
  return `first_sent_at <= now() - ${giveUpAfterMs} * interval '1 millisecond' AND attempts >= ${attemptsBeforeOverdue}`;
}
