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

/**
 * The routes with which operators resolve stuck fulfilments. The actor, time and reason stay in the fulfilment's
 * history.
 */
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
  @ApiProblem('validation_failed', 'unknown_field', 'store_unavailable')
  list(@Query() query: ListFulfilmentsQuery, @CurrentCaller() caller: Caller): Promise<FulfilmentListDto> {
    return this.fulfilments.list(query, caller);
  }

  /** Sends unanswered commands again, and requests failed steps again. */
  @Post(':orderId/retry')
  @HttpCode(200)
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentDto, description: 'The fulfilment in its new state' })
  @ApiConflictResponse({ description: 'fulfilment_not_parked' })
  @ApiProblem('validation_failed', 'not_found', 'store_unavailable')
  async retry(@Param() { orderId }: OrderIdParams, @CurrentCaller() caller: Caller): Promise<FulfilmentDto> {
    const outcome = await this.engine.retry(orderId, { actor: caller.subject });
    return this.show('retry', orderId, caller, outcome);
  }

  /**
   * Continues without the step that is stuck. The step is a mark on the order, or a refund that the provider refuses
   * for good and that was paid in another way. An event that contradicts the step is dropped. An unanswered command
   * that moves money or goods can't be skipped, because it may still be carried out.
   */
  @Post(':orderId/skip')
  @HttpCode(200)
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentDto, description: 'The fulfilment in its new state' })
  @ApiConflictResponse({ description: 'fulfilment_not_parked, step_not_skippable' })
  @ApiProblem('validation_failed', 'unknown_field', 'not_found', 'store_unavailable')
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
  @ApiProblem('validation_failed', 'unknown_field', 'not_found', 'store_unavailable')
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
      // Accepted requests are in the history. This line is the only record of a refused request.
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
