import { startTestRun, type BackingService } from '@tidemark/test-servers';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { append } from './append/append';
import { bank } from './bank/bank';
import { fulfilment } from './fulfilment/fulfilment';
import type { Benchmark, BenchmarkOptions } from './harness/benchmark';
import { installPeers } from './harness/install-peers';
import { describeMachine } from './harness/machine';
import { reportJson, reportText } from './harness/report';
import { http } from './http/http';
import { importing } from './import/importing';
import { lag } from './lag/lag';
import { projection } from './projection/projection';
import { relay } from './relay/relay';

interface Entry {
  readonly summary: string;
  /** The servers that the benchmark needs besides Postgres. */
  readonly needs: readonly BackingService[];
  readonly run: Benchmark;
  /**
   * The servers that it needs besides Postgres with `--on postgres`. Absent if the benchmark does not support `--on
   * postgres`.
   */
  readonly needsOnPostgres?: readonly BackingService[];
}

const benchmarks: Readonly<Record<string, Entry>> = {
  append: {
    summary: 'the event log against a bare INSERT, message-db, castore and emmett',
    needs: [],
    run: append,
  },
  import: {
    summary: 'a history into the log by EventImporter, against a bare COPY of the same rows',
    needs: [],
    run: importing,
  },
  relay: {
    summary: 'the outbox relay, 1 and 2 replicas, against a bare loop that publishes the same bytes',
    needs: ['rabbitmq'],
    run: relay,
  },
  lag: {
    summary: 'from commit to handler at half the highest rate, and how long a backlog of 100,000 takes',
    needs: ['rabbitmq'],
    run: lag,
    needsOnPostgres: [],
  },
  http: {
    summary: 'POST /v1/orders against a bare Fastify route that inserts a row',
    // The storage of an installation includes a MongoDB database, although this service does not use it.
    needs: ['rabbitmq', 'mongodb'],
    run: http,
  },
  projection: {
    summary: 'folding, rebuilding and reading against a bare write of the documents and a bare Fastify route',
    needs: ['rabbitmq', 'mongodb'],
    // The storage of an installation includes a MongoDB database, although nothing uses it with `--on postgres`.
    needsOnPostgres: ['rabbitmq', 'mongodb'],
    run: projection,
  },
  fulfilment: {
    summary: 'paid orders per second that get their shipment, with 200 under way',
    needs: ['rabbitmq', 'mongodb'],
    needsOnPostgres: [],
    run: fulfilment,
  },
  bank: {
    summary: 'the bank of examples/ against the same application on emmett, castore and ocoda',
    needs: ['mongodb'],
    run: bank,
  },
};

const usage = `usage: npm run bench -- NAME [--json FILE] [--seconds N] [--long] [--on postgres]

${Object.entries(benchmarks)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  .join('\n')}

  --json FILE   writes { benchmark, machine, figures, ratios } as well
  --seconds N   per contender and round; 3 by default
  --long        larger data, where the benchmark has any
  --on postgres lag, fulfilment: without a broker; projection: with the read models in Postgres
`;

interface CommandLine {
  /** If absent, the program lists the benchmarks. */
  readonly name?: string;
  readonly json?: string;
  readonly seconds: number;
  readonly long: boolean;
  readonly onPostgres: boolean;
}

/** `undefined` if the command line is wrong. */
function parseCommandLine(): CommandLine | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        seconds: { type: 'string', default: '3' },
        long: { type: 'boolean', default: false },
        on: { type: 'string' },
      },
    });
    const [name, ...others] = positionals;
    const seconds = Number(values.seconds);
    const onPostgres = values.on === 'postgres';
    const isKnown = !name || Object.hasOwn(benchmarks, name);
    const canBeThere = values.on === undefined || (onPostgres && name && benchmarks[name]?.needsOnPostgres);
    const makesSense = others.length === 0 && seconds > 0 && isKnown && canBeThere;
    return makesSense ? { name, json: values.json, seconds, long: values.long, onPostgres } : undefined;
  } catch {
    return undefined;
  }
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function run(name: string, json: string | undefined, options: BenchmarkOptions): Promise<boolean> {
  await installPeers(progress);
  const { needs, needsOnPostgres = [], run: measure } = benchmarks[name]!;
  const testRun = await startTestRun({
    services: ['postgres', ...(options.onPostgres ? needsOnPostgres : needs)],
  });
  try {
    Object.assign(process.env, testRun.environment);
    const machine = await describeMachine(testRun.infrastructure);
    const result = await measure(options);
    process.stdout.write(`\n${reportText(result, machine)}`);
    if (json !== undefined) {
      await writeFile(json, reportJson(name, result, machine));
    }
    return result.rows.every(({ rate }) => rate !== undefined);
  } finally {
    await testRun.stop();
  }
}

async function main(): Promise<number> {
  const commandLine = parseCommandLine();
  if (!commandLine?.name) {
    (commandLine ? process.stdout : process.stderr).write(usage);
    return commandLine ? 0 : 2;
  }
  const { name, json, ...options } = commandLine;
  const controller = new AbortController();
  // Created databases are dropped before the process ends. A second signal ends it at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error('interrupted')));
  }
  try {
    return (await run(name, json, { ...options, signal: controller.signal, progress })) ? 0 : 1;
  } catch (error) {
    const isInterrupt = controller.signal.aborted;
    process.stderr.write(`${error instanceof Error && !isInterrupt ? error.stack : String(error)}\n`);
    return 1;
  }
}

void main().then((exitCode) => {
  process.exitCode = exitCode;
});
