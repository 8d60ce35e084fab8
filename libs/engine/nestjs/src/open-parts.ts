import type { MessageHandler } from '@nestjs/microservices';
import type { CommandExecutor } from '@tidemark/event-store';
import { OpenBroker } from './broker/open-broker';
import { RelayPart } from './broker/relay-part';
import type { CommandWay } from './commands/command-way';
import { CommandsPart } from './commands/commands-part';
import { keysOfDatabase } from './commands/message-keys';
import { postgresCommands } from './commands/postgres-commands';
import type { Definitions } from './definitions/feature';
import { groupOf, PROJECTIONS_GROUP } from './definitions/groups';
import { openLogDelivery } from './delivery/log-delivery';
import type { OpenLog } from './log/open-log';
import type { Metering } from './metrics/metering';
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
  readonly metering: Metering;
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
  const { options, definitions, log, metering } = context;
  const hasReadModels = definitions.projections.length > 0;
  const isFilled = hasReadModels && runs(options, 'projections');
  const isRead = hasReadModels && runs(options, 'read');
  const isProcessed = definitions.processes.length > 0 && runs(options, 'processes');
  const isWritten = runs(options, 'write');
  const isAtBroker = isFilled || isProcessed || isWritten;
  const broker =
    options.broker && isAtBroker
      ? opened.addPart(new OpenBroker(options, options.broker, definitions))
      : undefined;
  const readStore =
    isFilled || isRead ? opened.add(await openReadStore(options, definitions, log)) : undefined;
  const delivery =
    isFilled || isProcessed ? opened.add(broker?.delivery ?? openLogDelivery(options, log)) : undefined;
  if (isWritten) {
    opened.addPart(new WritePart(log));
    if (broker) {
      opened.addPart(new RelayPart({ options, log, broker, groups: groupsOf(definitions), metering }));
    }
  }
  const projections =
    isFilled && readStore && delivery
      ? opened.addPart(await ProjectionsPart.open({ ...definitions, log, readStore, delivery, metering }))
      : undefined;
  const read = isRead && readStore ? opened.addPart(new ReadPart(log, readStore)) : undefined;
  if (definitions.processes.length === 0) {
    return { read, projections, processes: undefined };
  }
  const commands = await commandWay(context, broker);
  if (isWritten) {
    await openCommands(context, commands, opened);
  }
  const { processes } = definitions;
  return {
    read,
    projections,
    processes:
      isProcessed && delivery
        ? opened.addPart(await ProcessesPart.open({ options, log, delivery, commands, processes, metering }))
        : undefined,
  };
}

/** The consumer groups of all deployments. */
function groupsOf({ projections, processes }: Definitions): readonly string[] {
  return [
    ...(projections.length > 0 ? [PROJECTIONS_GROUP] : []),
    ...processes.map(([{ name }]) => groupOf(name)),
  ];
}

async function commandWay(
  { options, definitions, log }: PartsContext,
  broker: OpenBroker | undefined,
): Promise<CommandWay> {
  const streamTypes = definitions.aggregates.map(({ streamType }) => streamType);
  if (broker) {
    return broker.commands(streamTypes);
  }
  const names = definitions.processes.map(([{ name }]) => name);
  return postgresCommands(options, streamTypes, await keysOfDatabase(log, names));
}

async function openCommands(context: PartsContext, way: CommandWay, opened: Opened): Promise<void> {
  const { definitions, executor, controllers, metering } = context;
  const { end: receiver, checks } = await way.openReceiver();
  const { commands } = definitions;
  const { keys } = way;
  const hooks = metering.commands;
  opened.addPart(new CommandsPart({ receiver, checks, keys, hooks, commands, executor, controllers }));
}
