import type { DomainEvent, EventEnvelope } from '@tidemark/kernel';
import {
  projectionsOf,
  type ModelProjection,
  type ProjectedDocument,
  type Reaction,
  type ReadModel,
  type Where,
} from '@tidemark/projections';
import { call, handlersOf, type Handler } from './handlers';
import { instanceWith, type EventType } from './messages';

interface Settings {
  readonly readModel: ReadModel;
  readonly id: string;
  readonly version: number;
}

interface HandlerOptions {
  readonly as?: 'create' | 'createOrChange' | 'change' | 'changeIfPresent';
  readonly id?: (event: object) => string;
  readonly where?: (event: object) => Where;
}

type Keys = Readonly<Record<string, { readonly event: DomainEvent; readonly id: string }>>;

type AnyReaction = Reaction<ProjectedDocument, EventEnvelope>;

/** The same reactions as those of `projectionsOf`, which the handlers of the class carry out. */
export function compileProjection(
  definingClass: new () => object,
  processingGroup: string,
  { readModel, id, version }: Settings,
): ModelProjection {
  const handlers = [...handlersOf(definingClass, 'event')];
  const on = Object.fromEntries(
    handlers.map(([type, handler]) => [type, reactionOf(definingClass, handler, id)]),
  );
  const projection = projectionsOf<Keys>()(readModel).keyedBy('', { version, on: on as never });
  return { ...projection, processingGroup, eventTypes: handlers.map(([type]) => type) } as ModelProjection;
}

function reactionOf(definingClass: new () => object, handler: Handler, field: string): AnyReaction {
  const { as = 'change', id, where } = handler.options as HandlerOptions;
  const eventOf = ({ data }: EventEnvelope) => instanceWith(handler.type as EventType, data);
  const handle = (document: unknown, envelope: EventEnvelope) =>
    call(Object.freeze(new definingClass()), handler, eventOf(envelope), document, envelope) as object;
  if (where) {
    return { where: (envelope) => where(eventOf(envelope)), change: handle };
  }
  const idOf = (envelope: EventEnvelope) =>
    id ? id(eventOf(envelope)) : (envelope.data as Readonly<Record<string, string>>)[field]!;
  switch (as) {
    case 'create':
      return { id: idOf, create: (envelope) => handle(undefined, envelope) };
    case 'createOrChange':
      return { id: idOf, createOrChange: handle };
    case 'change':
      return { id: idOf, change: handle };
    case 'changeIfPresent':
      return { id: idOf, changeIfPresent: handle };
    default:
      return as satisfies never;
  }
}
