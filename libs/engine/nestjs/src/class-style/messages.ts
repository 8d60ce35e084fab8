import type { DomainEvent, EventContract, Schema } from '@tidemark/kernel';
import { copyOfJson } from './copy-of-json';
import { NoMessageError } from './errors';

/** Keeps messages with equal fields apart for the compiler. No object has it. */
declare const published: unique symbol;

/** An instance of a class that `eventClass` or `commandClass` made. */
export interface Message<
  Kind extends 'event' | 'command' = 'event' | 'command',
  Name extends string = string,
> {
  readonly [published]?: readonly [Kind, Name];
}

/** Whether a type is that of an event: `never` if it is not. */
export type EventIn<Candidate> = typeof published extends keyof Candidate
  ? Candidate extends Message<'event'>
    ? Candidate
    : never
  : never;

/** The class of an event, as decorators take it. */
export interface EventType<Event extends object = object> {
  readonly contract: EventContract;
  readonly prototype: Event;
}

/** A class whose instances have the fields of an event. */
export interface EventClass<Name extends string, Data extends object> {
  readonly contract: EventContract<Name, Data>;
  new (data: Data): Readonly<Data> & Message<'event', Name>;
}

/**
 * The class of an event: `class SeatTakenEvent extends eventClass(SeatTaken) {}`. The log knows the event by the
 * name and the versions of its contract, so the class may be renamed or minified. A subclass declares no fields.
 */
export function eventClass<Name extends string, Data extends object>(
  contract: EventContract<Name, Data>,
): EventClass<Name, Data> {
  return class {
    static readonly contract = contract;

    constructor(data: Data) {
      Object.assign(this, data);
    }
  } as unknown as EventClass<Name, Data>;
}

/** The class of a command, as decorators take it. */
export interface CommandType<Command extends object = object> {
  readonly command: CommandName;
  readonly prototype: Command;
}

export interface CommandName {
  /** The published name, by which processes send the command. */
  readonly name: string;
  /** Checks commands that come from another process. */
  readonly schema: Schema;
  /** The field with the id of the aggregate. */
  readonly target: string;
}

/** A class whose instances have the fields of a command. */
export interface CommandClass<Name extends string, Data extends object> {
  readonly command: CommandName;
  new (data: Data): Readonly<Data> & Message<'command', Name>;
}

type TextFields<Data> = { [Field in keyof Data]: Data[Field] extends string ? Field : never }[keyof Data] &
  string;

/**
 * The class of a command: `class TakeSeatCommand extends commandClass('TakeSeat', schema, 'seatId') {}`.
 *
 * @param target the field with the id of the aggregate that the command is for
 */
export function commandClass<Name extends string, Data extends object>(
  name: Name,
  schema: Schema<Data>,
  target: TextFields<Data>,
): CommandClass<Name, Data> {
  return class {
    static readonly command: CommandName = { name, schema, target };

    constructor(data: Data) {
      Object.assign(this, data);
    }
  } as unknown as CommandClass<Name, Data>;
}

/** The event as the log stores it, for example for `given` of a test. @throws NoMessageError */
export function domainEvent(event: Message<'event'>): DomainEvent {
  return { type: contractOf(event.constructor, 'an event').type, data: { ...event } };
}

/** The fields as an instance of the class, which shares nothing with them. */
export function instanceWith<Instance extends object>(
  { prototype }: { readonly prototype: Instance },
  data: unknown,
): Instance {
  return Object.assign(Object.create(prototype) as Instance, copyOfJson(data, 'the event'));
}

/** @throws NoMessageError */
export function contractOf(eventType: object, what: string): EventContract {
  const { contract } = eventType as Partial<EventType>;
  if (!contract) {
    throw new NoMessageError(what, nameOf(eventType));
  }
  return contract;
}

/** @throws NoMessageError */
export function commandNameOf(commandType: object, what: string): CommandName {
  const { command } = commandType as Partial<CommandType>;
  if (!command) {
    throw new NoMessageError(what, nameOf(commandType));
  }
  return command;
}

function nameOf(given: object): string {
  return typeof given === 'function' ? `the class ${given.name}` : String(given);
}
