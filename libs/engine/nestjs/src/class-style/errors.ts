import { Fault } from '@tidemark/kernel';

/** Two methods of a class handle one event or one command. */
export class HandlerTakenError extends Fault {
  readonly code = 'handler_taken';
  readonly retryable = false;

  constructor(
    className: string,
    readonly messageName: string,
    methods: readonly [string, string],
  ) {
    super(
      `${className} handles ${messageName} in ${methods[0]} and in ${methods[1]}: remove one of the decorators, because ` +
        'one method of a class handles a message',
    );
  }
}

/** An aggregate lists an event that none of its methods folds. */
export class EventNotHandledError extends Fault {
  readonly code = 'event_not_handled';
  readonly retryable = false;

  constructor(
    className: string,
    readonly eventName: string,
  ) {
    super(
      `${className} lists the event ${eventName} and has no handler for it: add a method with ` +
        `@EventSourcingHandler for ${eventName}, which may be empty, or take the event out of events`,
    );
  }
}

/** An aggregate handles or applies an event that is not in its list of events. */
export class EventNotListedError extends Fault {
  readonly code = 'event_not_listed';
  readonly retryable = false;

  constructor(
    className: string,
    readonly eventName: string,
  ) {
    super(
      `${className} uses the event ${eventName}, which it does not list: add the event's class to the events of ` +
        '@EventSourced, because only contracts that an aggregate lists reach the log',
    );
  }
}

/** A class takes the place of an event or a command, and has no published name. */
export class NoMessageError extends Fault {
  readonly code = 'no_message';
  readonly retryable = false;

  constructor(what: string, className: string) {
    super(
      `${what} got ${className}, which has no published name: make the class with eventClass(contract) or with ` +
        "commandClass('<Name>', schema, '<field of the aggregate id>')",
    );
  }
}

/** `apply` was called where no command is handled. */
export class NotHandlingCommandError extends Fault {
  readonly code = 'not_handling_command';
  readonly retryable = false;

  constructor() {
    super(
      'apply() was called outside a command handler: call it in a method with @CommandHandler, before that method ' +
        'returns, and neither in an @EventSourcingHandler nor after an await',
    );
  }
}

/** A command handler returned a promise. */
export class AsyncCommandHandlerError extends Fault {
  readonly code = 'async_command_handler';
  readonly retryable = false;

  constructor(className: string, method: string) {
    super(
      `${className}.${method} returned a promise: decide at once, and look up what the decision needs before the command ` +
        'is sent, or decide in a function with repository.execute',
    );
  }
}

/** No method of the aggregate handles the command. */
export class CommandNotHandledError extends Fault {
  readonly code = 'command_not_handled';
  readonly retryable = false;

  constructor(commandName: string) {
    super(
      `no aggregate handles the command ${commandName}: add a method with @CommandHandler, and name its class in the ` +
        'aggregates of a TidemarkModule.forFeature',
    );
  }
}

/** A field of an aggregate can't be stored in a snapshot. */
export class StateNotSerialisableError extends Fault {
  readonly code = 'state_not_serialisable';
  readonly retryable = false;

  constructor(
    readonly path: string,
    kind: string,
  ) {
    super(
      `${path} is ${kind}, which JSON does not keep: store text, numbers, booleans, arrays and plain objects, such as ` +
        'an ISO 8601 text for a time, because snapshots are JSON',
    );
  }
}

/** A command handler changed a field, and no event says so. */
export class StateChangedByCommandError extends Fault {
  readonly code = 'state_changed_by_command';
  readonly retryable = false;

  constructor(className: string, method: string) {
    super(
      `${className}.${method} changed a field of the aggregate itself, which the log does not know: apply an event, and ` +
        'change the field in the @EventSourcingHandler of that event',
    );
  }
}
