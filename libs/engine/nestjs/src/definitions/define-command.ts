import type { Aggregate, Decision, DomainEvent, Schema } from '@tidemark/kernel';
import { commandPattern } from '@tidemark/messaging';
import type { ProcessCommand } from '@tidemark/process-manager';

/** A command that processes may send. `defineCommand` makes it. */
export interface CommandDefinition<Data = unknown, State = unknown, Event extends DomainEvent = DomainEvent> {
  readonly aggregate: Aggregate<State, Event>;
  readonly type: string;
  readonly schema: Schema<Data>;
  /** The id of the aggregate that the command is for. */
  id(data: Data): string;
  /**
   * Decides the command on the current state. It must append an event, or refuse: the process learns from the event
   * that its command was carried out. It is not asked again for a command that the log knows.
   */
  decide(data: Data, state: State, version: number): Decision<Event> | Promise<Decision<Event>>;
  /**
   * The command as a process sends it.
   *
   * @param step names the command within its instance for ever; its type by default, which fits a command that an
   * instance sends once
   */
  ask(data: Data, step?: string): ProcessCommand;
}

/** Declares a command once, for the process that sends it and for the aggregate that decides it. */
export function defineCommand<State, Event extends DomainEvent, Data>(
  aggregate: Aggregate<State, Event>,
  type: string,
  definition: Pick<CommandDefinition<Data, State, Event>, 'schema' | 'id' | 'decide'>,
): CommandDefinition<Data, State, Event> {
  const { streamType } = aggregate;
  return { ...definition, aggregate, type, ask: (data, step = type) => ({ step, streamType, type, data }) };
}

/** `<StreamType>.<Command>`. */
export function patternOf({
  aggregate: { streamType },
  type,
}: Pick<CommandDefinition, 'aggregate' | 'type'>): string {
  return commandPattern({ streamType, type });
}
