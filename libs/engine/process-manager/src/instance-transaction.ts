import type { PoolClient } from 'pg';
import type { DefinitionVersions } from './definition-versions';
import type { InstanceChange } from './instance-draft';
import { InstanceRun } from './instance-run';
import type { FinalStatus, ProcessInstance } from './process-instance';
import { deleteTimers } from './sql/delete-timers';
import { insertCommands } from './sql/insert-commands';
import { insertHistory } from './sql/insert-history';
import { selectOutstandingCommands, type OutstandingRow } from './sql/select-outstanding-commands';
import { setTimers } from './sql/set-timers';
import { settleCommands } from './sql/settle-commands';
import { releaseTimers } from './sql/release-timers';
import { updateInstances } from './sql/update-instances';

export interface OpenInstance {
  readonly run: InstanceRun;
  readonly outstanding: readonly OutstandingRow[];
}

/** Locked instances with their unanswered commands, ready to take inputs. */
export async function openInstances(
  client: PoolClient,
  definitions: DefinitionVersions,
  locked: readonly ProcessInstance[],
  giveUpAfterMs: number,
): Promise<ReadonlyMap<string, OpenInstance>> {
  const ids = locked.map(({ instanceId }) => instanceId);
  const rows = await selectOutstandingCommands(client, definitions.process, ids, giveUpAfterMs);
  return new Map(
    locked.map((instance) => {
      const outstanding = rows.filter((row) => row.instance_id === instance.instanceId);
      const commands = outstanding.map(({ command_id, step, is_given_up }) => ({
        commandId: command_id,
        step,
        isGivenUp: is_given_up,
      }));
      const run = new InstanceRun(definitions.of(instance.definitionVersion), instance, commands);
      return [instance.instanceId, { run, outstanding }];
    }),
  );
}

/** The hooks to call after the commit. */
export interface Written {
  readonly areCommandsDue: boolean;
  /** The final statuses that instances have reached. */
  readonly ended: readonly FinalStatus[];
}

export const nothingWritten: Written = { areCommandsDue: false, ended: [] };

/** Writes the changes of all runs in a few statements. */
export async function writeInstances(
  client: PoolClient,
  process: string,
  runs: Iterable<InstanceRun>,
): Promise<Written> {
  const changes = [...runs].map((run) => run.change()).filter((change) => change !== undefined);
  if (changes.length === 0) {
    return nothingWritten;
  }
  await updateInstances(
    client,
    process,
    changes.map(({ instance }) => instance),
  );
  await writeCommands(client, process, changes);
  await writeTimers(client, process, changes);
  const history = changes.flatMap(({ instance: { instanceId }, history: entries }) =>
    entries.map((entry) => ({ instanceId, entry })),
  );
  if (history.length > 0) {
    await insertHistory(client, process, history);
  }
  return {
    areCommandsDue: changes.some(({ commands }) => commands.length > 0),
    ended: changes.flatMap(({ endedAs }) => endedAs ?? []),
  };
}

async function writeCommands(
  client: PoolClient,
  process: string,
  changes: readonly InstanceChange[],
): Promise<void> {
  const commands = changes.flatMap(({ instance, commands: asked }) =>
    asked.map(({ step, envelope }) => ({
      command_id: envelope.commandId,
      instance_id: instance.instanceId,
      step,
      envelope,
    })),
  );
  if (commands.length > 0) {
    await insertCommands(client, process, commands);
  }
  // This must come after the inserts. When the log is read again from an earlier point, the answer to a command can be
  // in the same batch.
  const settled = changes.flatMap((change) => change.settled);
  if (settled.length > 0) {
    await settleCommands(client, settled);
  }
}

async function writeTimers(
  client: PoolClient,
  process: string,
  changes: readonly InstanceChange[],
): Promise<void> {
  const released = changes.filter(({ releasesTimers }) => releasesTimers);
  if (released.length > 0) {
    await releaseTimers(
      client,
      process,
      released.map(({ instance }) => instance.instanceId),
    );
  }
  const timers = changes.flatMap(({ instance, timers: wanted, heldTimers }) =>
    [...wanted].map(([name, dueAt]) => ({
      instance_id: instance.instanceId,
      name,
      dueAt,
      is_held: heldTimers.has(name),
    })),
  );
  const gone = timers.filter(({ dueAt }) => dueAt === undefined);
  if (gone.length > 0) {
    await deleteTimers(
      client,
      process,
      gone.map(({ instance_id, name }) => ({ instance_id, name })),
    );
  }
  const set = timers.flatMap(({ dueAt, ...timer }) =>
    dueAt === undefined ? [] : [{ ...timer, due_at: dueAt }],
  );
  if (set.length > 0) {
    await setTimers(client, process, set);
  }
}
