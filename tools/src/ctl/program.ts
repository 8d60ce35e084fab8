import { Command } from 'commander';
import { showOrder, showStream } from './events';
import { findTidemark } from './find-installation';
import { actOnFulfilment, listStuck, showFulfilment } from './fulfilments';
import { givenIn } from './given-in';
import type { TidemarkInstallation } from './installation';
import { actOnParked, listParked, showParked } from './parked';
import { listProjections, rebuild, rollBack, showProgress, verify } from './projections';
import type { Report } from './report';
import { status } from './status';
import { verifyLog } from './verify-log';

export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** Parses a command line, does what it says, and resolves to the exit code: 0, 1 for trouble or a refusal, 2 for no such command. */
export async function runCtl(
  args: readonly string[],
  { environment, write, writeError }: Surroundings,
): Promise<number> {
  let report: Report | undefined;
  const program = new Command('ctl')
    .description('Looks after a Tidemark installation.')
    .option('--json', 'print what was found as JSON')
    .configureOutput({ writeOut: write, writeErr: writeError })
    .exitOverride();
  const asks =
    <Args extends unknown[]>(ask: (tidemark: TidemarkInstallation, ...args: Args) => Promise<Report>) =>
    async (...given: Args) => {
      report = await ask(await findTidemark(environment), ...given);
    };

  program
    .command('status')
    .description('everything at a glance; exit code 1 when somebody should look')
    .action(asks((tidemark) => status(tidemark)));

  const parked = program.command('parked').description('streams that a consumer can not go on with');
  parked
    .command('list')
    .description('of both consumers')
    .action(asks((tidemark) => listParked(tidemark)));
  parked.command('show <id>').description('with what was done about it').action(asks(showParked));
  parked
    .command('retry <id>')
    .description('apply the event that failed and those behind it')
    .action(asks((tidemark, id: string) => actOnParked(tidemark, 'retry', id)));
  parked
    .command('discard <id>')
    .description('give the event that failed up, for good, and apply those behind it')
    .action(asks((tidemark, id: string) => actOnParked(tidemark, 'discard', id)));

  const projections = program.command('projections').description('read models');
  projections
    .command('list')
    .description('how far each has come')
    .action(asks((tidemark) => listProjections(tidemark)));
  projections
    .command('rebuild <name>')
    .description('fill it anew beside the live one, then let queries read that')
    .option('--wait', 'come back when it has ended')
    .action(
      asks((tidemark, name: string, { wait = false }: { wait?: boolean }) =>
        rebuild(tidemark, name, { wait, progress: (line) => writeError(`${line}\n`) }),
      ),
    );
  projections.command('progress <id>').description('of a rebuild').action(asks(showProgress));
  projections
    .command('rollback <name>')
    .description('serve the generation before again')
    .action(asks(rollBack));
  projections
    .command('verify <name>')
    .description('compare every document with a fresh fold of the log')
    .option('--heal', 'put right what differs')
    .action(
      asks((tidemark, name: string, { heal = false }: { heal?: boolean }) => verify(tidemark, name, heal)),
    );

  const fulfilments = program.command('fulfilments').description('processes of orders');
  fulfilments
    .command('stuck')
    .description('those that wait for a person')
    .action(asks((tidemark) => listStuck(tidemark)));
  fulfilments.command('show <orderId>').description('its story').action(asks(showFulfilment));
  fulfilments
    .command('retry <orderId>')
    .description('send what is unanswered again')
    .action(asks((tidemark, orderId: string) => actOnFulfilment(tidemark, 'retry', orderId)));
  for (const [act, description] of [
    ['skip', 'go on without what it is stuck for'],
    ['force-compensate', 'undo what was done so far'],
  ] as const) {
    fulfilments
      .command(`${act} <orderId>`)
      .description(description)
      .requiredOption('--reason <text>', 'stays in the history')
      .action(
        asks((tidemark, orderId: string, { reason }: { reason: string }) =>
          actOnFulfilment(tidemark, act, orderId, reason),
        ),
      );
  }

  program
    .command('stream')
    .description('events of a stream')
    .command('show <streamId>')
    .action(asks(showStream));
  program.command('order').description('an order').command('show <orderId>').action(asks(showOrder));

  program
    .command('log')
    .description('the log itself')
    .command('verify')
    .description('whether no event is missing or out of order; reads all of it')
    .option('--database-url <url>', 'of a role that may read it (default: EVENT_STORE_DATABASE_URL)')
    .action(async (options: { databaseUrl?: string }, command: Command) => {
      const databaseUrl = options.databaseUrl ?? givenIn(environment, 'EVENT_STORE_DATABASE_URL');
      report = await verifyLog(databaseUrl ?? command.error('error: EVENT_STORE_DATABASE_URL is not set'));
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return failed(error, writeError);
  }
  if (report) {
    write(
      `${program.opts<{ json?: boolean }>().json ? JSON.stringify(report.json, undefined, 2) : report.text}\n`,
    );
  }
  return report?.isTrouble ? 1 : 0;
}

/** Commander has told what is wrong with a command line by then, or has shown its help. */
function failed(error: unknown, writeError: (text: string) => void): number {
  const { code, exitCode, message } = error as { code?: string; exitCode?: number; message: string };
  if (code?.startsWith('commander.')) {
    return exitCode === 0 ? 0 : 2;
  }
  writeError(`${message}\n`);
  return 1;
}
