import { Fault } from '@tidemark/kernel';

/** The read model has not reached the position of the consistency token, and an older answer is not allowed. */
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
