import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { CommandTransport, scopedLogger, type CommandTransportOptions } from '@tidemark/messaging';
import { COMMAND_WAY } from '../delivery/delivery.module';
import { faultCheck, type HealthCheck } from '../part';
import type { CommandQueues, CommandWay } from '../delivery/command-way';

export type CommandsModuleOptions = CommandQueues &
  Pick<CommandTransportOptions, 'maxAttempts' | 'serialiseBy' | 'drainTimeoutMs' | 'hooks'>;

/** The token of the health checks of the queues, if they are in Postgres, and of the transport. */
export const COMMANDS_CHECKS = Symbol('checks of commands');

const RECEIVER = Symbol('command receiver');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<CommandsModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

/**
 * Receives the commands of processes, for a deployment that is made of single parts. It provides the
 * `CommandTransport`, which the application connects with `app.connectMicroservice({ strategy })`. Controllers with
 * `@MessagePattern` and the `FaultPassingFilter` handle the commands. Needs the `DeliveryModule`.
 */
@Module({
  providers: [
    {
      provide: RECEIVER,
      useFactory: (options: CommandsModuleOptions, way: CommandWay) => way.receiver(options),
      inject: [MODULE_OPTIONS_TOKEN, COMMAND_WAY],
    },
    {
      provide: CommandTransport,
      useFactory: (
        options: CommandsModuleOptions,
        { end }: ReturnType<CommandWay['receiver']>,
        way: CommandWay,
      ) =>
        new CommandTransport({ ...options, receiver: end, keys: way.keys, logger: scopedLogger('commands') }),
      inject: [MODULE_OPTIONS_TOKEN, RECEIVER, COMMAND_WAY],
    },
    {
      provide: COMMANDS_CHECKS,
      useFactory: (
        { checks }: ReturnType<CommandWay['receiver']>,
        transport: CommandTransport,
      ): readonly HealthCheck[] => [...checks, faultCheck('commands', transport)],
      inject: [RECEIVER, CommandTransport],
    },
  ],
  exports: [CommandTransport, COMMANDS_CHECKS],
})
export class CommandsModule extends ConfigurableModuleClass {}
