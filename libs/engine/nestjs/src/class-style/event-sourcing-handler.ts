import { handlerDecorator, type HandlerDecorator } from './handlers';
import { contractOf, type EventType } from './messages';

/**
 * The method changes the fields of the aggregate as the event says. It never refuses an event, because events have
 * already happened, and depends on nothing but the fields and the event.
 */
export function EventSourcingHandler<Event extends object>(
  event: EventType<Event>,
): HandlerDecorator<(event: Event) => void> {
  const { type: name } = contractOf(event, '@EventSourcingHandler');
  return handlerDecorator({ kind: 'event sourcing', type: event, name, options: {} });
}
