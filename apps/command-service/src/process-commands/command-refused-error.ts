import { Fault, type Refusal } from '@tidemark/kernel';

/**
 * A process's command was refused, so there is no event to tell it. Commands of different queues overtake each other,
 * so what this one needs may still come: it is tried again before it becomes a dead letter.
 */
export class CommandRefusedError extends Fault {
  readonly code = 'command_refused';
  readonly retryable = true;

  constructor(readonly refusal: Refusal) {
    super(`refused with ${refusal.code}: ${refusal.message}`);
  }
}
