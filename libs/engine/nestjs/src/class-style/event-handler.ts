import type { EventEnvelope } from '@tidemark/kernel';
import type { Where } from '@tidemark/projections';
import { handlerDecorator, type HandlerDecorator } from './handlers';
import { contractOf, type EventType } from './messages';

interface Selecting<Event> {
  /** The id of the document; the field that `@ProcessingGroup` names, by default. */
  readonly id?: (event: Event) => string;
}

/** What an event does to a document that may not exist; `change` by default. */
export type EventHandlerOptions<Event> =
  | (Selecting<Event> & { readonly as: 'create' | 'createOrChange' })
  | (Selecting<Event> & { readonly as?: 'change' | 'changeIfPresent' })
  | { readonly where: (event: Event) => Where };

type Handling<Event, Document> = (event: Event, document: Document, envelope: EventEnvelope) => object;

/**
 * The method gives the document after the event. It gets the event, the document and the envelope with the time, and
 * depends on nothing else, because the same method fills rebuilds and is compared with audits.
 *
 * | `as`              | the document that the method gets                                                    |
 * | ----------------- | ------------------------------------------------------------------------------------ |
 * | `change`          | the existing one; a missing document is a fault, because its event comes earlier     |
 * | `changeIfPresent` | the existing one; without it, the method is not called                               |
 * | `create`          | none                                                                                 |
 * | `createOrChange`  | the existing one or `undefined`                                                      |
 *
 * With `where` instead, every existing document of the event's partition whose fields match is changed.
 */
export function EventHandler<Event extends object>(
  event: EventType<Event>,
  options: Selecting<Event> & { readonly as: 'create' | 'createOrChange' },
): HandlerDecorator<Handling<Event, undefined>>;
export function EventHandler<Event extends object>(
  event: EventType<Event>,
  options?: EventHandlerOptions<Event>,
): HandlerDecorator<Handling<Event, never>>;
export function EventHandler(
  event: EventType,
  options: object = {},
): HandlerDecorator<Handling<never, never>> {
  const { type: name } = contractOf(event, '@EventHandler');
  return handlerDecorator({ kind: 'event', type: event, name, options });
}
