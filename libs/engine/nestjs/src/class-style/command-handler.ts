import type { Decision } from '@tidemark/kernel';
import { handlerDecorator, type HandlerDecorator } from './handlers';
import { commandNameOf, type CommandType } from './messages';

export interface CommandHandlerOptions {
  /**
   * The command creates the aggregate, as a constructor with `@CommandHandler` does in Axon. It is refused with
   * `already_exists` if the aggregate exists. Any other command is refused with `not_found` if it does not.
   */
  readonly creates?: boolean;
}

/**
 * The method decides the command. It calls `apply` for each event, or returns `refuse(code, message)`; a refused
 * command appends nothing. It is synchronous, changes no field itself, and runs again after a conflict.
 */
export function CommandHandler<Command extends object>(
  command: CommandType<Command>,
  options: CommandHandlerOptions = {},
): HandlerDecorator<(command: Command) => Decision<never> | void> {
  const { name } = commandNameOf(command, '@CommandHandler');
  return handlerDecorator({ kind: 'command', type: command, name, options });
}
