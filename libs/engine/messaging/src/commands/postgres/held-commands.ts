import type { CommandId } from './sql/delete-commands';

/** The commands that a receiver has taken: those that are being handled, and those that are to be removed. */
export class HeldCommands {
  private readonly held = new Map<string, CommandId>();
  private readonly handled = new Map<string, CommandId>();

  get all(): readonly CommandId[] {
    return [...this.held.values(), ...this.handled.values()];
  }

  hold(command: CommandId): void {
    this.held.set(keyOf(command), command);
  }

  /** The command is to be removed from its queue. */
  finish(command: CommandId): void {
    this.forget(command);
    this.handled.set(keyOf(command), command);
  }

  /** The command has left its queue in another way. */
  forget(command: CommandId): void {
    this.held.delete(keyOf(command));
  }

  /**
   * Removes what is finished. After a failure, it stays for the next call.
   *
   * @returns whether more was finished meanwhile
   */
  async removeFinished(remove: (commands: readonly CommandId[]) => Promise<void>): Promise<boolean> {
    const commands = [...this.handled.values()];
    if (commands.length === 0) {
      return false;
    }
    await remove(commands);
    commands.forEach((command) => this.handled.delete(keyOf(command)));
    return this.handled.size > 0;
  }
}

function keyOf({ queue, messageId }: CommandId): string {
  return `${queue} ${messageId}`;
}
