import { parseArgs } from 'node:util';
import { shrinkStory } from './shrink-story.fixture';
import { storyOf, tellStory, type SimulatedStory } from './simulated-story.fixture';
import type { InterleavedOptions } from './interleaved-world.fixture';

const usage = `usage: npm run simulate -- [--seeds N] [--seed S]

Simulates N stories of fulfilments (10000 by default) with the real executor, process and decisions. The log,
the broker, the payment provider and the clocks are in memory. Between any two accesses to them, other replicas may work, die, or
get the same message again. The seed determines every choice. Stops at the first story that breaks a rule, and prints the
simplest failing story that it finds.

  --seeds N   how many stories, 1 to 4294967295
  --seed S    the seed of the first story, 0 to 4294967295 (0 by default); each next story uses the next seed
  --help      print this text

Exit code: 0 when every story kept every rule, 1 when one did not, 2 when the arguments are wrong.
`;

export interface Simulated {
  readonly stories: number;
  readonly fulfilments: number;
  readonly steps: number;
  readonly broken?: { readonly seed: number; readonly faults: readonly string[] };
}

/** Runs stories until one breaks a rule. */
export async function simulate(
  first: number,
  count: number,
  options: InterleavedOptions = {},
): Promise<Simulated> {
  let [fulfilments, steps] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const seed = (first + index) >>> 0;
    const story = storyOf(seed);
    const result = await tellStory(story, options);
    fulfilments += story.plan.orders.length;
    steps += result.steps;
    if (result.faults.length > 0) {
      return { stories: index + 1, fulfilments, steps, broken: { seed, faults: result.faults } };
    }
  }
  return { stories: count, fulfilments, steps };
}

/** Describes the simplest story found that breaks a rule, starting from the story of this seed. */
export async function explain(seed: number, options: InterleavedOptions = {}): Promise<string> {
  const fails = async (story: SimulatedStory) => (await tellStory(story, options)).faults.length > 0;
  const smallest = await shrinkStory(storyOf(seed), fails);
  const lines: string[] = [];
  const { faults } = await tellStory(smallest, options, (happened, isUnusual) =>
    lines.push(...happened.map((line) => `${isUnusual ? '*' : ' '} ${line}`)),
  );
  const { stock, orders } = smallest.plan;
  return [
    `stock: ${JSON.stringify(stock)}`,
    ...orders.map((order, index) => `order ${index}: ${JSON.stringify(order)}`),
    'what happened (*: work that overtook older work):',
    ...lines.map((line, index) => `${String(index + 1).padStart(4)} ${line}`),
    'broken:',
    ...faults.map((fault) => `     ${fault}`),
    '',
  ].join('\n');
}

function argumentsOf(given: readonly string[]): { first: number; count: number } | 'help' {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seeds: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  const numberOf = (name: 'seeds' | 'seed', least: number): number => {
    const value = Number(values[name]);
    if (!/^\d{1,10}$/.test(values[name]) || value < least || value >= 2 ** 32) {
      throw new RangeError(
        `--${name} must be a whole number from ${least} to ${2 ** 32 - 1}, not ${values[name]}`,
      );
    }
    return value;
  };
  return values.help ? 'help' : { first: numberOf('seed', 0), count: numberOf('seeds', 1) };
}

/** @returns the exit code */
export async function main(
  given: readonly string[],
  print: (text: string) => void,
  options: InterleavedOptions = {},
): Promise<number> {
  let parsed: ReturnType<typeof argumentsOf>;
  try {
    parsed = argumentsOf(given);
  } catch (error) {
    print(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (parsed === 'help') {
    print(usage);
    return 0;
  }
  const startedAt = performance.now();
  const startedWith = process.cpuUsage();
  const { stories, fulfilments, steps, broken } = await simulate(parsed.first, parsed.count, options);
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(startedWith);
  const cpuSeconds = (cpu.user + cpu.system) / 1_000_000;
  print(
    `${stories} stories, ${fulfilments} fulfilments, ${steps} steps in ${seconds.toFixed(1)} s: ` +
      `${Math.round(fulfilments / seconds)} fulfilments a second (${Math.round(fulfilments / cpuSeconds)} a second of processor time)\n`,
  );
  if (broken) {
    print(`seed ${broken.seed} breaks a rule: ${broken.faults[0]}\nthe simplest story found:\n`);
    print(await explain(broken.seed, options));
    return 1;
  }
  return 0;
}

if (require.main === module) {
  // Conflicts and time-outs are common here, and their stacks are useless.
  Error.stackTraceLimit = 0;
  void main(process.argv.slice(2), (text) => process.stdout.write(text)).then((code) => {
    process.exitCode = code;
  });
}
