import { Command } from '@nestjs/cqrs';
import type { CommandContext, Execution } from '@tidemark/event-store';

/** What is asked of an aggregate, on its way to the use case's handler. */
export abstract class WriteCommand<Data> extends Command<Execution> {
  constructor(
    readonly data: Data,
    readonly context: CommandContext,
    /** The version that the caller pinned by `If-Match`. */
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
