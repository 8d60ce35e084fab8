import { Command } from '@nestjs/cqrs';
import type { CommandContext, Execution } from '@tidemark/event-store';

/** With the hash that the command may be stored under instead: see `CommandContext` of `@tidemark/platform`. */
export type WriteContext = CommandContext & { readonly formerCommandHash?: string };

/** What is asked of an aggregate, on its way to the use case's handler. */
export abstract class WriteCommand<Data> extends Command<Execution> {
  constructor(
    readonly data: Data,
    readonly context: WriteContext,
    /** The version that the caller pinned by `If-Match`. */
    readonly expectedVersion?: number,
  ) {
    super();
  }

  /** The same command under the hash that it was stored under at first; `undefined` when there is none. */
  asFormerly(): this | undefined {
    const { formerCommandHash: commandHash, ...context } = this.context;
    if (commandHash === undefined) {
      return undefined;
    }
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(copy, this, { context: { ...context, commandHash } });
  }
}
