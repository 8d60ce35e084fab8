export { apply } from './apply';
export { CommandGateway, type CommandSource } from './command-gateway';
export { CommandHandler, type CommandHandlerOptions } from './command-handler';
export type { ClassAggregate } from './compile-aggregate';
export {
  AsyncCommandHandlerError,
  CommandNotHandledError,
  EventNotHandledError,
  EventNotListedError,
  HandlerTakenError,
  NoMessageError,
  NotHandlingCommandError,
  StateChangedByCommandError,
  StateNotSerialisableError,
} from './errors';
export { EventHandler, type EventHandlerOptions } from './event-handler';
export { aggregateOf, commandsOf, EventSourced, type EventSourcedOptions } from './event-sourced';
export { EventSourcingHandler } from './event-sourcing-handler';
export type { HandlerDecorator } from './handlers';
export {
  commandClass,
  domainEvent,
  eventClass,
  type CommandClass,
  type CommandType,
  type EventClass,
  type EventType,
  type Message,
} from './messages';
export { ProcessingGroup, projectionOf, type ProcessingGroupOptions } from './processing-group';
