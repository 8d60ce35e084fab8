import { shownActor, type Caller } from '@tidemark/platform';
import type { InstanceStory } from '@tidemark/process-manager';
import type { Fulfilment, FulfilmentStep } from '../order-fulfilment/fulfilment';
import type { FulfilmentTimer } from '../order-fulfilment/fulfilment-event';
import { stateOf } from './fulfilment-state';
import type { FulfilmentDto, WaitDto } from './fulfilment.dto';

/**
 * The waits that only an external event can end, with the events that end them. Every other wait is for the answer to a
 * command.
 */
const outsideWaits: Readonly<Partial<Record<FulfilmentStep, { what: string; timer?: FulfilmentTimer }>>> = {
  capturing_payment: { what: 'PaymentCaptured or PaymentFailed', timer: 'payment_deadline' },
  awaiting_dispatch: { what: 'ShipmentDispatched', timer: 'dispatch_deadline' },
  awaiting_delivery: { what: 'ShipmentDelivered' },
};

/** A fulfilment as the public interface shows it to the caller. */
export function toFulfilmentDto(story: InstanceStory, caller: Caller): FulfilmentDto {
  const fulfilment = story.instance.state as Fulfilment;
  const lastError = story.instance.stuck?.message ?? fulfilment.lastError;
  return {
    orderId: fulfilment.orderId,
    state: stateOf[story.instance.status],
    step: fulfilment.step,
    waitingFor: waitsOf(fulfilment, story),
    reservations: fulfilment.reservations.map(({ productId, quantity, status }) => ({
      productId,
      quantity,
      status,
    })),
    compensations: fulfilment.compensations.map(({ stage, subject, status }) => ({
      step: subject === fulfilment.orderId ? stage : `${stage}:${subject}`,
      status,
    })),
    ...(lastError !== undefined && { lastError }),
    history: story.history.map(({ at, event, action, actor, reason }) => ({
      at,
      event,
      action,
      ...(actor !== undefined && { actor: shownActor(caller, actor) }),
      ...(reason !== undefined && { reason }),
    })),
  };
}

function waitsOf({ step }: Fulfilment, { timers, outstanding }: InstanceStory): WaitDto[] {
  const outside = outsideWaits[step];
  const dueAt = timers.find(({ name }) => name === outside?.timer)?.dueAt;
  return [
    ...(outside ? [{ what: outside.what, ...(dueAt && { deadline: dueAt.toISOString() }) }] : []),
    ...outstanding.map(({ step: what, givesUpAt }) => ({
      what,
      ...(givesUpAt && { deadline: givesUpAt.toISOString() }),
    })),
  ];
}
