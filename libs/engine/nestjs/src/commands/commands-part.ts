import type { MessageHandler } from '@nestjs/microservices';
import type { CommandExecutor } from '@tidemark/event-store';
import {
  commandPattern,
  CommandTransport,
  scopedLogger,
  type BackoffOptions,
  type CommandEnvelope,
  type CommandHooks,
  type CommandReceiver,
  type MessageKeys,
} from '@tidemark/messaging';
import { faultCheck, type HealthCheck, type OpenPart } from '../part';
import { patternOf, type CommandDefinition } from '../definitions/define-command';
import { commandHandler } from './handle-command';

interface Options {
  readonly receiver: CommandReceiver;
  readonly checks: readonly HealthCheck[];
  readonly keys: MessageKeys;
  readonly hooks: CommandHooks;
  readonly commands: readonly CommandDefinition[];
  readonly executor: CommandExecutor;
  /** The pauses before further attempts; those of `CommandTransport` by default. */
  readonly backoff?: BackoffOptions;
  /** The handlers of controllers, by pattern. Called at the start, because Nest connects controllers before that. */
  readonly controllers: () => ReadonlyMap<string, MessageHandler>;
}

/** Receives the commands that processes send, and carries them out. */
export class CommandsPart implements OpenPart {
  readonly checks: readonly HealthCheck[];
  private readonly transport: CommandTransport;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: Options) {
    const { receiver, checks, keys, hooks, commands, executor, backoff } = options;
    this.transport = new CommandTransport({
      receiver,
      keys,
      ...backoff,
      serialiseBy: streamOf(commands),
      logger: scopedLogger('commands'),
      hooks,
    });
    for (const command of commands) {
      const handle = commandHandler(command, executor);
      this.transport.addHandler(patternOf(command), async (envelope: CommandEnvelope) => handle(envelope));
    }
    this.checks = [...checks, faultCheck('commands', this.transport)];
  }

  start(): void {
    for (const [pattern, handler] of this.options.controllers()) {
      this.transport.addHandler(pattern, handler);
    }
    this.transport.listen(() => {});
  }

  /** Handlers may need other modules of the application, so they end first. */
  stop(): Promise<void> {
    return (this.closing ??= this.transport.close());
  }

  close(): Promise<void> {
    return this.stop();
  }
}

/** Commands for one aggregate run one after another, which avoids conflicts between them. */
function streamOf(commands: readonly CommandDefinition[]): (envelope: CommandEnvelope) => string | undefined {
  const byPattern = new Map(commands.map((command) => [patternOf(command), command]));
  return (envelope) => {
    const pattern = commandPattern(envelope);
    try {
      const id = byPattern.get(pattern)?.id(envelope.data);
      return id === undefined ? undefined : `${envelope.streamType}-${id}`;
    } catch {
      // The data is not what the command's schema says. Its handler reports that.
      return undefined;
    }
  };
}
