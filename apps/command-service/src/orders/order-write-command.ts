import type { Caller } from '@tidemark/platform';
import { WriteCommand, type WriteContext } from '../write/write-command';

/** A command on an order that only some callers may see. */
export abstract class OrderWriteCommand<Data> extends WriteCommand<Data> {
  constructor(
    data: Data,
    context: WriteContext,
    readonly caller: Caller,
    expectedVersion?: number,
  ) {
    super(data, context, expectedVersion);
  }
}
