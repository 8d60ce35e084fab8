import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor, mayActForCustomer, type Caller } from '@tidemark/platform';
import { ProcessReader } from '@tidemark/process-manager';
import { z } from 'zod';
import type { Fulfilment } from '../order-fulfilment/fulfilment';
import type { ListFulfilmentsQuery } from './fulfilment-params';
import { statusOf } from './fulfilment-state';
import { toFulfilmentDto } from './fulfilment-view';
import type { FulfilmentDto, FulfilmentListDto } from './fulfilment.dto';

/** When the last fulfilment of a page started, in microseconds since 1970 (at most until 2112), and its order. */
const fulfilmentPosition = z.tuple([
  z
    .int()
    .min(0)
    .max(2 ** 52),
  z.guid(),
]);

/** Fulfilments as the public interface shows them. */
@Injectable()
export class FulfilmentReader {
  constructor(private readonly processes: ProcessReader) {}

  /** Also undefined for a fulfilment of another customer. */
  async find(orderId: string, caller: Caller): Promise<FulfilmentDto | undefined> {
    const instance = await this.processes.find(orderId);
    if (!instance || !mayActForCustomer(caller, (instance.state as Fulfilment).customerId ?? '')) {
      return undefined;
    }
    const [story] = await this.processes.tell([instance]);
    return story && toFulfilmentDto(story, caller);
  }

  /** @throws ProblemException 400 for a cursor that does not belong to this list */
  async list({ state, limit, cursor }: ListFulfilmentsQuery, caller: Caller): Promise<FulfilmentListDto> {
    const scope = { list: 'fulfilments', state };
    const position = cursor === undefined ? undefined : decodeCursor(scope, fulfilmentPosition, cursor);
    const found = await this.processes.page({
      status: state && statusOf(state),
      after: position && { createdAtMicros: position[0], instanceId: position[1] },
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const stories = await this.processes.tell(page.map(({ instance }) => instance));
    return {
      items: stories.map((story) => toFulfilmentDto(story, caller)),
      ...(found.length > limit &&
        last && {
          nextCursor: encodeCursor(scope, [last.position.createdAtMicros, last.position.instanceId]),
        }),
    };
  }
}
