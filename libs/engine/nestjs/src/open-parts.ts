import type { MessageHandler } from '@nestjs/microservices';
import type { CommandExecutor } from '@tidemark/event-store';
import type { ConsumerGroup, Delivery } from '@tidemark/messaging';
import { isUnavailable } from '@tidemark/postgres';
import { postgresQueries, type ModelProjection, type ReadModelQueries } from '@tidemark/projections';
import { openTravel, type Travel } from './delivery/open-travel';
import { RelayPart } from './relay/relay-part';
import { brokerCommands } from './delivery/broker-commands';
import type { CommandQueues, CommandWay } from './delivery/command-way';
import { CommandsPart } from './commands/commands-part';
import { keysOfDatabase } from './delivery/message-keys';
import { postgresCommands } from './delivery/postgres-commands';
import type { Definitions } from './definitions/feature';
import { groupOf, PROJECTIONS_GROUP } from './definitions/groups';
import { brokerDelivery, logDelivery } from './delivery/open-delivery';
import { requireCommandQueuePrepared, requireProcessesPrepared } from './log/migrations';
import { openPool, type OpenLog } from './log/open-log';
import { waitAtMost } from './when-available';
import type { Metering } from './metrics/metering';
import type { Opened } from './opened';
import { runs, type TidemarkOptions } from './options';
import { ProcessesPart } from './processes/processes-part';
import { ProjectionsPart, type ProjectionsPartOptions } from './projections/projections-part';
import { requireVersions } from './projections/require-versions';
import { openReadStore } from './read-models/open-read-store';
import { ReadPart } from './read-models/read-part';
import { Reads } from './read-models/reads';
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
  readonly reads: Reads | undefined;
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
  const isWritten = runs(options, 'write');
  const travel =
    options.broker && (isFilled || isProcessed || isWritten)
      ? openTravel(options, options.broker, definitions, opened)
      : undefined;
  const readStore =
    isFilled || isRead ? opened.add(await openReadStore(options, definitions, log)) : undefined;
  const events =
    isFilled || isProcessed
      ? opened.add(travel ? brokerDelivery(travel) : logDelivery(options.databaseUrl, log.store))
      : undefined;
  if (isWritten) {
    opened.addPart(new WritePart(log));
    if (travel) {
      openRelay(context, travel, opened);
    }
  }
  const projections =
    isFilled && readStore && events
      ? await openProjections(context, { readStore, ...events }, opened)
      : undefined;
  const followed = isRead && readStore ? opened.addPart(new ReadPart(log, readStore)) : undefined;
  const { inlineProjections } = definitions;
  const reads =
    followed || (inlineProjections.length > 0 && runs(options, 'read'))
      ? new Reads(log, inlineProjections, inlineQueries(log, inlineProjections), followed)
      : undefined;
  if (definitions.processes.length === 0) {
    return { reads, projections, processes: undefined };
  }
  const commands = travel ? brokerCommands(travel) : commandsOfDatabase(context);
  if (isWritten) {
    await openCommands(context, commands, opened);
  }
  const processes =
    isProcessed && events ? await openProcesses(context, { commands, ...events }, opened) : undefined;
  return { reads, projections, processes };
}

function inlineQueries({ pool }: OpenLog, inline: readonly ModelProjection[]): ReadModelQueries {
  return postgresQueries(
    pool,
    inline.map(({ readModel }) => readModel),
  );
}

function openRelay(
  { options: { databaseUrl }, definitions, log, metering }: PartsContext,
  travel: Travel,
  opened: Opened,
): void {
  // The consumer groups of all deployments.
  const groups = [
    ...(definitions.projections.length > 0 ? [PROJECTIONS_GROUP] : []),
    ...definitions.processes.map(([{ name }]) => groupOf(name)),
  ];
  const { relay } = opened.addPart(
    new RelayPart({ ...travel, databaseUrl, log, groups, hooks: metering.relay }),
  );
  metering.measure('relay_backlog_events', 'relay', async () => {
    const status = await relay.status();
    return new Map(status.map(({ partition, backlog }) => [partition, backlog]));
  });
}

async function openProjections(
  { definitions: { projections }, log, metering }: PartsContext,
  needed: Pick<ProjectionsPartOptions, 'readStore' | 'delivery'>,
  opened: Opened,
): Promise<ProjectionsPart> {
  const hooks = metering.consumers(PROJECTIONS_GROUP);
  const part = new ProjectionsPart({ ...needed, projections, log, hooks, areAwaited: true });
  await requireVersions(part.registry, projections);
  measureConsumers(metering, PROJECTIONS_GROUP, part.consumers);
  return opened.addPart(part);
}

async function openProcesses(
  { options, definitions, log, metering }: PartsContext,
  { commands, delivery }: { readonly commands: CommandWay; readonly delivery: Delivery },
  opened: Opened,
): Promise<ProcessesPart> {
  const pool = openPool(options, 'processes');
  const sender = commands.sender(queuesOf(definitions));
  const part = opened.addPart(
    new ProcessesPart({
      log,
      pool,
      delivery,
      sender,
      keys: commands.keys,
      processes: definitions.processes.map((versions) => ({
        definitions: versions,
        consumerHooks: metering.consumers(groupOf(versions[0].name)),
      })),
      areAwaited: true,
    }),
  );
  part.processes.forEach(({ name, consumers }) => measureConsumers(metering, groupOf(name), consumers));
  await whenPrepared(options, () => requireCommandQueuePrepared(sender));
  await whenPrepared(options, () => requireProcessesPrepared(pool));
  return part;
}

function measureConsumers(metering: Metering, group: string, consumers: ConsumerGroup): void {
  metering.measure('lag_events', group, () => consumers.lags());
  metering.measure('parked_streams', group, () => consumers.parkedStreams());
}

function commandsOfDatabase({ options: { databaseUrl }, definitions, log }: PartsContext): CommandWay {
  const names = definitions.processes.map(([{ name }]) => name);
  return postgresCommands({ databaseUrl, keys: keysOfDatabase(log, names) });
}

async function openCommands(
  { options, definitions, executor, controllers, metering }: PartsContext,
  way: CommandWay,
  opened: Opened,
): Promise<void> {
  const receiver = way.receiver(queuesOf(definitions));
  const { commands } = definitions;
  const { keys } = way;
  const hooks = metering.commands;
  opened.addPart(
    new CommandsPart({
      receiver: receiver.end,
      checks: receiver.checks,
      keys,
      hooks,
      commands,
      executor,
      controllers,
    }),
  );
  await whenPrepared(options, () => requireCommandQueuePrepared(receiver));
}

function queuesOf({ aggregates }: Definitions): CommandQueues {
  return { streamTypes: aggregates.map(({ streamType }) => streamType) };
}

/** The migrations do not run by themselves, so it waits only for the database. */
function whenPrepared(options: TidemarkOptions, attempt: () => Promise<void>): Promise<void> {
  return waitAtMost(options.startTimeoutMs)(attempt, { what: 'the database', isPassing: isUnavailable });
}
