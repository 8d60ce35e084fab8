import { roles } from '@tidemark/local-token';
import { Command } from 'commander';
import { showOrder, showStream } from './events';
import { findTidemark, type Checkout } from './find-tidemark';
import { actOnFulfilment, listStuck, showFulfilment } from './fulfilments';
import { givenIn, type Environment } from './given-in';
import type { TidemarkInstallation } from './installation';
import { actOnParked, listParked, showParked } from './parked';
import { claimsOf, printToken } from './print-token';
import { listProjections, rebuild, rollBack, showProgress, verify } from './projections';
import type { Report } from './report';
import { status } from './status';
import { verifyLog } from './verify-log';

export interface Surroundings {
  readonly environment: Environment;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Where to look for an installation that the environment does not name. */
  readonly checkout?: Checkout;
}

/** Runs a command line and resolves to the exit code: 0, 1 for trouble or a refusal, 2 for a wrong command line. */
export async function runTidemark(
  args: readonly string[],
  { environment, write, writeError, checkout }: Surroundings,
): Promise<number> {
  let report: Report | undefined;
  const program = new Command('tidemark')
    .description('Operates a Tidemark installation.')
    .option('--json', 'print the result as JSON')
    .configureOutput({ writeOut: write, writeErr: writeError })
    .exitOverride();
  const asks =
    <Args extends unknown[]>(ask: (tidemark: TidemarkInstallation, ...args: Args) => Promise<Report>) =>
    async (...given: Args) => {
      report = await ask(await findTidemark(environment, checkout), ...given);
    };

  program
    .command('status')
    .description('show the state of everything; exit code 1 if something needs attention')
    .action(asks((tidemark) => status(tidemark)));

  const parked = program
    .command('parked')
    .description('manage parked streams: those that a consumer cannot process');
  parked
    .command('list')
    .description('list the parked streams of both consumers')
    .action(asks((tidemark) => listParked(tidemark)));
  parked
    .command('show <id>')
    .description('show a parked stream and what was done about it')
    .action(asks(showParked));
  parked
    .command('retry <id>')
    .description('retry the failed event, then apply the events that wait behind it')
    .action(asks((tidemark, id: string) => actOnParked(tidemark, 'retry', id)));
  parked
    .command('discard <id>')
    .description('discard the failed event for good, then apply the events that wait behind it')
    .action(asks((tidemark, id: string) => actOnParked(tidemark, 'discard', id)));

  const projections = program
    .command('projections')
    .description('manage projections, which fill the read models');
  projections
    .command('list')
    .description('show how far each projection is behind the log')
    .action(asks((tidemark) => listProjections(tidemark)));
  projections
    .command('rebuild <name>')
    .description('rebuild the read model from the log, then let queries read the new one')
    .option('--wait', 'wait until the rebuild has ended')
    .action(
      asks((tidemark, name: string, { wait = false }: { wait?: boolean }) =>
        rebuild(tidemark, name, { wait, progress: (line) => writeError(`${line}\n`) }),
      ),
    );
  projections
    .command('progress <id>')
    .description('show the progress of a rebuild')
    .action(asks(showProgress));
  projections
    .command('rollback <name>')
    .description('make the previous generation live again')
    .action(asks(rollBack));
  projections
    .command('verify <name>')
    .description('compare every document with a fresh fold of the log')
    .option('--heal', 'repair documents that differ')
    .action(
      asks((tidemark, name: string, { heal = false }: { heal?: boolean }) => verify(tidemark, name, heal)),
    );

  const fulfilments = program
    .command('fulfilments')
    .description('manage fulfilments, the processes that carry out orders');
  fulfilments
    .command('stuck')
    .description('list the fulfilments that are stuck and wait for an operator')
    .action(asks((tidemark) => listStuck(tidemark)));
  fulfilments
    .command('show <orderId>')
    .description('show a fulfilment and its history')
    .action(asks(showFulfilment));
  fulfilments
    .command('retry <orderId>')
    .description('send the unanswered commands again')
    .action(asks((tidemark, orderId: string) => actOnFulfilment(tidemark, 'retry', orderId)));
  for (const [act, description] of [
    ['skip', 'continue without the step that is stuck'],
    ['force-compensate', 'cancel the order and undo what was done for it'],
  ] as const) {
    fulfilments
      .command(`${act} <orderId>`)
      .description(description)
      .requiredOption(
        '--reason <text>',
        'the reason; it stays in the history, where the customer can read it',
      )
      .action(
        asks((tidemark, orderId: string, { reason }: { reason: string }) =>
          actOnFulfilment(tidemark, act, orderId, reason),
        ),
      );
  }

  program
    .command('stream')
    .description('read the streams of the log')
    .command('show <streamId>')
    .action(asks(showStream));
  program
    .command('order')
    .description('read orders')
    .command('show <orderId>')
    .description('show an order and its timeline')
    .action(asks(showOrder));

  program
    .command('token')
    .description('print a token for a local installation, valid for 12 hours')
    .requiredOption('--role <role>', roles.join(', '))
    .option('--customer <id>', 'the customer of the role customer')
    .action(async (options: { role: string; customer?: string }, command: Command) => {
      const claims =
        claimsOf(options) ??
        command.error(`error: the role is one of ${roles.join(', ')}; the role customer needs --customer`);
      report = await printToken(environment, claims, checkout);
    });

  program
    .command('log')
    .description('check the log')
    .command('verify')
    .description('check that no event is missing or out of order; reads the whole log')
    .option(
      '--database-url <url>',
      'the database of the log, as a role that may read it (default: EVENT_STORE_DATABASE_URL)',
    )
    .action(async (options: { databaseUrl?: string }, command: Command) => {
      const databaseUrl = options.databaseUrl ?? givenIn(environment, 'EVENT_STORE_DATABASE_URL');
      report = await verifyLog(
        databaseUrl ?? command.error('error: set EVENT_STORE_DATABASE_URL or pass --database-url'),
      );
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

/** Commander has already printed what is wrong with the command line, or its help. */
function failed(error: unknown, writeError: (text: string) => void): number {
  const { code, exitCode, message } = error as { code?: string; exitCode?: number; message: string };
  if (code?.startsWith('commander.')) {
    return exitCode === 0 ? 0 : 2;
  }
  writeError(`${message}\n`);
  return 1;
}
