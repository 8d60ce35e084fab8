import { Injectable } from '@nestjs/common';
import { invalidRequest, mayActForCustomer, type Caller } from '@tidemark/platform';
import { ProcessReader } from '@tidemark/process-manager';
import type { Fulfilment } from '../order-fulfilment/fulfilment';
import { decodeCursor, encodeCursor } from './fulfilment-cursor';
import type { ListFulfilmentsQuery } from './fulfilment-params';
import { toFulfilmentDto } from './fulfilment-view';
import type { FulfilmentDto, FulfilmentListDto } from './fulfilment.dto';

/** Fulfilments as the public interface shows them. */
@Injectable()
export class FulfilmentReader {
  constructor(private readonly processes: ProcessReader) {}

  /** Undefined also for a fulfilment that is not the caller's. */
  async find(orderId: string, caller: Caller): Promise<FulfilmentDto | undefined> {
    const instance = await this.processes.find(orderId);
    if (!instance || !mayActForCustomer(caller, (instance.state as Fulfilment).customerId ?? '')) {
      return undefined;
    }
    const [story] = await this.processes.tell([instance]);
    return story && toFulfilmentDto(story);
  }

  /** @throws ProblemException 400 for a cursor that does not belong to this list */
  async list({ state, limit, cursor }: ListFulfilmentsQuery): Promise<FulfilmentListDto> {
    const after = cursor === undefined ? undefined : decodeCursor(state, cursor);
    if (cursor !== undefined && !after) {
      const message = 'cursor is the nextCursor of an earlier answer to the same request';
      throw invalidRequest({ path: 'cursor', code: 'invalid_cursor', message });
    }
    const found = await this.processes.page({ status: state, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const stories = await this.processes.tell(page.map(({ instance }) => instance));
    return {
      items: stories.map(toFulfilmentDto),
      ...(found.length > limit && last && { nextCursor: encodeCursor(state, last.position) }),
    };
  }
}
