import type { MessageHandler } from '@nestjs/microservices';
import type { CommandExecutor } from '@tidemark/event-store';
import { CommandsPart } from './commands/commands-part';
import { keysOfDatabase } from './commands/message-keys';
import { postgresCommands } from './commands/postgres-commands';
import { openLogDelivery, type OpenDelivery } from './delivery/log-delivery';
import type { Definitions } from './definitions/feature';
import type { OpenLog } from './log/open-log';
import type { Opened } from './opened';
import { runs, type TidemarkOptions } from './options';
import { ProcessesPart } from './processes/processes-part';
import { ProjectionsPart } from './projections/projections-part';
import { openReadStore } from './read-models/open-read-store';
import { ReadPart } from './read-models/read-part';
import { WritePart } from './write/write-part';

/** The handlers of controllers that Nest has connected, by pattern. */
export type ConnectedControllers = () => ReadonlyMap<string, MessageHandler>;

export interface PartsContext {
  readonly options: TidemarkOptions;
  readonly definitions: Definitions;
  readonly log: OpenLog;
  readonly executor: CommandExecutor;
  readonly controllers: ConnectedControllers;
}

/** The parts that other code calls, as far as they run here. */
export interface Parts {
  readonly read: ReadPart | undefined;
  readonly projections: ProjectionsPart | undefined;
  readonly processes: ProcessesPart | undefined;
}

/**
 * Opens the parts that run and that the application has definitions for. The caller closes them, also after a fault.
 */
export async function openParts(context: PartsContext, opened: Opened): Promise<Parts> {
  const { options, definitions, log } = context;
  const hasReadModels = definitions.projections.length > 0;
  const isFilled = hasReadModels && runs(options, 'projections');
  const isRead = hasReadModels && runs(options, 'read');
  const isProcessed = definitions.processes.length > 0 && runs(options, 'processes');
  const readStore = isFilled || isRead ? opened.add(await openReadStore(options, definitions)) : undefined;
  const delivery = isFilled || isProcessed ? opened.add(openLogDelivery(options, log)) : undefined;
  if (runs(options, 'write')) {
    opened.addPart(new WritePart(log));
  }
  const projections =
    isFilled && readStore && delivery
      ? opened.addPart(await ProjectionsPart.open({ ...definitions, log, readStore, delivery }))
      : undefined;
  const read = isRead && readStore ? opened.addPart(new ReadPart(log, readStore)) : undefined;
  const processes = await openCommandsAndProcesses(context, opened, isProcessed ? delivery : undefined);
  return { read, projections, processes };
}

/** Both ends of the way by which commands of processes travel. */
async function openCommandsAndProcesses(
  { options, definitions, log, executor, controllers }: PartsContext,
  opened: Opened,
  delivery: OpenDelivery | undefined,
): Promise<ProcessesPart | undefined> {
  const { aggregates, commands, processes } = definitions;
  if (processes.length === 0) {
    return undefined;
  }
  const streamTypes = aggregates.map(({ streamType }) => streamType);
  const way = postgresCommands(options, streamTypes);
  const keys = await keysOfDatabase(
    log,
    processes.map(([{ name }]) => name),
  );
  if (runs(options, 'write')) {
    const { end: receiver, checks } = await way.openReceiver();
    opened.addPart(new CommandsPart({ receiver, checks, keys, commands, executor, controllers }));
  }
  return (
    delivery &&
    opened.addPart(await ProcessesPart.open({ options, log, delivery, keys, commands: way, processes }))
  );
}
