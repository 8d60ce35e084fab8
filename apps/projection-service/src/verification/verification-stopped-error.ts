import { Fault } from '@tidemark/kernel';

/** The service stops, or nobody waits any more, before every document was compared. */
export class VerificationStoppedError extends Fault {
  readonly code = 'verification_stopped';
  readonly retryable = true;

  constructor() {
    super('the verification ended before every document was compared');
  }
}
