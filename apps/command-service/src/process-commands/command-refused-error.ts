import { Fault, type Refusal } from '@tidemark/kernel';

/**
 * A process's command was refused, so no event tells the process. Commands of different queues may overtake each other,
 * and what this command needs may still arrive. So it is retried before it becomes a dead letter.
 */
export class CommandRefusedError extends Fault {
  readonly code = 'command_refused';
  readonly retryable = true;

  constructor(readonly refusal: Refusal) {
    super(`refused with ${refusal.code}: ${refusal.message}`);
  }
}
