import { Fault } from '@tidemark/kernel';

/** What is read has not yet come to where the consistency token says; nothing older is answered. */
export class ReadModelBehindError extends Fault {
  readonly code = 'read_model_behind';
  readonly retryable = true;

  constructor(
    readonly source: string,
    readonly waitedMs: number,
  ) {
    super(`${source} did not reach the consistency token within ${waitedMs} ms`);
  }
}
