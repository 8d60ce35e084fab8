import { Fault } from '@tidemark/kernel';

/** The service stopped, or no caller was waiting any more, before every document was compared. */
export class VerificationStoppedError extends Fault {
  readonly code = 'verification_stopped';
  readonly retryable = true;

  constructor() {
    super('the verification ended before every document was compared');
  }
}
