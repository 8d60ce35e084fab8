import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { CommandExecutor, type EventLog } from '@tidemark/event-store';
import { EVENT_LOG } from '@tidemark/event-store/nestjs';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import { Execution, type ExecutionOptions } from './execution';
import { WritePart } from './write-part';

export type ExecutionModuleOptions = ExecutionOptions;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ExecutionModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras({}, (module) => ({ ...module, global: true }))
    .build();

/**
 * Executes commands, for a deployment that is made of single parts. It provides `CommandExecutor`, and tells other
 * processes what this one appends. Needs the `LogModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: CommandExecutor,
      useFactory: (options: ExecutionModuleOptions, log: EventLog, opened: Opened) => {
        opened.addPart(new WritePart(log));
        return opened.add(new Execution(log, options)).executor;
      },
      inject: [MODULE_OPTIONS_TOKEN, EVENT_LOG, Opened],
    },
  ],
  exports: [CommandExecutor],
})
export class ExecutionModule extends ConfigurableModuleClass {}
