import { Command } from '@nestjs/cqrs';
import type { CommandContext, Execution } from '@tidemark/event-store';

/** It also has the other hash under which the command may be stored; see `CommandContext` of `@tidemark/platform`. */
export type WriteContext = CommandContext & { readonly formerCommandHash?: string };

/** A request to an aggregate, on its way to the use case's handler. */
export abstract class WriteCommand<Data> extends Command<Execution> {
  constructor(
    readonly data: Data,
    readonly context: WriteContext,
    /** The version that the caller pinned with `If-Match`. */
    readonly expectedVersion?: number,
  ) {
    super();
  }

  /** The same command with the hash of earlier releases; `undefined` if there is none. */
  asFormerly(): this | undefined {
    const { formerCommandHash: commandHash, ...context } = this.context;
    if (commandHash === undefined) {
      return undefined;
    }
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(copy, this, { context: { ...context, commandHash } });
  }
}
