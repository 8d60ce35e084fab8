import { Body, Controller, Get, HttpCode, Logger, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  ApiProblem,
  CurrentCaller,
  ProblemException,
  Roles,
  notFound,
  type Caller,
} from '@tidemark/platform';
import { ProcessEngine, type PersonAct, type RequestOutcome } from '@tidemark/process-manager';
import { ListFulfilmentsQuery, OrderIdParams } from './fulfilment-params';
import { FulfilmentReader } from './fulfilment-reader';
import { FulfilmentDto, FulfilmentListDto } from './fulfilment.dto';
import { ReasonDto } from './reason.dto';

/** What people do about fulfilments that are stuck. Who did it, when and why stays in the fulfilment's history. */
@ApiTags('operations')
@Controller('admin/fulfilments')
export class StuckFulfilmentsController {
  private readonly logger = new Logger(StuckFulfilmentsController.name);

  constructor(
    private readonly fulfilments: FulfilmentReader,
    private readonly engine: ProcessEngine,
  ) {}

  @Get()
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentListDto })
  @ApiProblem('validation_failed', 'unknown_field')
  list(@Query() query: ListFulfilmentsQuery, @CurrentCaller() caller: Caller): Promise<FulfilmentListDto> {
    return this.fulfilments.list(query, caller);
  }

  /** Sends what is unanswered again, and asks again for what failed. */
  @Post(':orderId/retry')
  @HttpCode(200)
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentDto, description: 'The fulfilment in its new state' })
  @ApiConflictResponse({ description: 'fulfilment_not_parked' })
  @ApiProblem('validation_failed', 'not_found')
  async retry(@Param() { orderId }: OrderIdParams, @CurrentCaller() caller: Caller): Promise<FulfilmentDto> {
    const outcome = await this.engine.retry(orderId, { actor: caller.subject });
    return this.show('retry', orderId, caller, outcome);
  }

  /**
   * Goes on without what the fulfilment is stuck for: a refund that the provider has refused for good and that was
   * paid in another way, or a mark on the order. An event that contradicts the step is dropped. A command without an
   * answer that moves money or goods can't be skipped, a refund included: it may still be carried out.
   */
  @Post(':orderId/skip')
  @HttpCode(200)
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentDto, description: 'The fulfilment in its new state' })
  @ApiConflictResponse({ description: 'fulfilment_not_parked, step_not_skippable' })
  @ApiProblem('validation_failed', 'unknown_field', 'not_found')
  async skip(
    @Param() { orderId }: OrderIdParams,
    @Body() { reason }: ReasonDto,
    @CurrentCaller() caller: Caller,
  ): Promise<FulfilmentDto> {
    const outcome = await this.engine.skip(orderId, { actor: caller.subject, reason });
    return this.show('skip', orderId, caller, outcome, 'step_not_skippable');
  }

  /**
   * Cancels the shipment, releases the stock, gives the money back and cancels the order, from paid until dispatched.
   */
  @Post(':orderId/force-compensate')
  @HttpCode(200)
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentDto, description: 'The fulfilment in its new state' })
  @ApiConflictResponse({ description: 'fulfilment_not_compensatable' })
  @ApiProblem('validation_failed', 'unknown_field', 'not_found')
  async forceCompensate(
    @Param() { orderId }: OrderIdParams,
    @Body() { reason }: ReasonDto,
    @CurrentCaller() caller: Caller,
  ): Promise<FulfilmentDto> {
    const outcome = await this.engine.forceCompensate(orderId, { actor: caller.subject, reason });
    return this.show('force_compensate', orderId, caller, outcome, 'fulfilment_not_compensatable');
  }

  private async show(
    act: PersonAct,
    orderId: string,
    caller: Caller,
    outcome: RequestOutcome,
    impossible = 'fulfilment_not_parked',
  ): Promise<FulfilmentDto> {
    if (outcome !== 'done') {
      // What is done is in the history; of what is refused, this line is all that tells.
      this.logger.log({ act, orderId, actor: caller.subject, outcome }, "refused an operator's request");
    }
    switch (outcome) {
      case 'not_stuck':
        throw new ProblemException(409, 'fulfilment_not_parked', 'The fulfilment is not parked.');
      case 'not_possible':
        throw new ProblemException(
          409,
          impossible,
          'This is not possible in the current step of the fulfilment.',
        );
      case 'not_found':
        throw notFound('fulfilment');
      case 'done': {
        const fulfilment = await this.fulfilments.find(orderId, caller);
        if (!fulfilment) {
          throw notFound('fulfilment');
        }
        return fulfilment;
      }
      default:
        return outcome satisfies never;
    }
  }
}
