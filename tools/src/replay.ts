import { SingleBar } from 'cli-progress';
import { parseArgs } from 'node:util';
import { connect } from './client/connect';
import { reasonOf } from './client/reason-of';
import { planReplay } from './replay/plan-replay';
import { readRetailFiles } from './replay/read-retail-files';
import { runReplay, stepsOf, type Kept } from './replay/run-replay';
import { summarize } from './replay/summarize';

const usage = `usage: npm run -s replay -- FILE.csv… [--ship] [--short PERCENT]

Sends a retailer's order history to the running installation.
  --ship           dispatch and deliver every order
  --short PERCENT  let this share of the products run out of stock before payment, in extra orders
Uses the installation that \`npm start\` runs in this checkout, or the one that TIDEMARK_COMMAND_URL,
TIDEMARK_QUERY_URL, TIDEMARK_PROCESS_URL and TIDEMARK_TOKEN name.
`;

interface CommandLine {
  readonly files: readonly string[];
  readonly ship: boolean;
  readonly shortPercent: number;
}

/** Undefined if the command line is wrong. */
function parseCommandLine(): CommandLine | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { ship: { type: 'boolean', default: false }, short: { type: 'string', default: '0' } },
    });
    const shortPercent = values.short.trim() === '' ? NaN : Number(values.short);
    const isValid = positionals.length > 0 && shortPercent >= 0 && shortPercent <= 100;
    return isValid ? { files: positionals, ship: values.ship, shortPercent } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const commandLine = parseCommandLine();
  if (!commandLine) {
    process.stderr.write(usage);
    return 2;
  }
  const { files, ship, shortPercent } = commandLine;
  const plan = planReplay(await readRetailFiles(files), shortPercent);
  const client = await connect('service');
  const bar = new SingleBar({
    format: 'replaying {bar} {percentage} %  {value}/{total} steps  {duration_formatted}',
    noTTYOutput: false,
  });
  bar.start(stepsOf(plan), 0);
  const startedAt = performance.now();
  const kept: Kept[] = [];
  try {
    const orders = await runReplay({
      client,
      plan,
      ship,
      onStep: () => bar.increment(),
      onKept: (thing) => kept.push(thing),
    });
    bar.stop();
    console.log(summarize({ plan, orders, kept }, (performance.now() - startedAt) / 1_000));
    return orders.every((order) => order.asExpected) ? 0 : 1;
  } finally {
    bar.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(reasonOf(error));
    process.exit(1);
  },
);
