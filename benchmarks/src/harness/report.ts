import type { Result, Row } from './benchmark';
import type { Machine } from './machine';

const columns: readonly (readonly [title: string, cell: (row: Row) => string])[] = [
  ['workload', (row) => row.workload],
  ['contender', (row) => row.contender],
  ['rate/s', (row) => number(row.rate)],
  ['slowest–fastest round', (row) => row.spread?.map((rate) => number(rate)).join('–') ?? ''],
  ['p50 ms', (row) => number(row.p50Ms)],
  ['p99 ms', (row) => number(row.p99Ms)],
  ['lost', (row) => number(row.lost)],
  ['duplicated', (row) => number(row.duplicated)],
];

/** For people. */
export function reportText({ rows, figures = {}, ratios }: Result, machine: Machine): string {
  const scalars = Object.entries({ ...figures, ...ratios }).map(([name, value]) => [name, number(value)]);
  return [tableOf(rows), align(scalars, 1), describe(machine), ''].join('\n\n');
}

export function tableOf(rows: readonly Row[]): string {
  const titles = columns.map(([title]) => title);
  return align([titles, ...rows.map((row) => columns.map(([, cell]) => cell(row)))], 2);
}

/** The report for programs: one JSON object per run. */
export function reportJson(benchmark: string, { rows, figures, ratios }: Result, machine: Machine): string {
  const ofRows = Object.fromEntries(
    rows.map(({ workload, contender, ...measured }) => [`${workload}/${contender}`, measured]),
  );
  return `${JSON.stringify({ benchmark, machine, figures: { ...ofRows, ...figures }, ratios }, undefined, 2)}\n`;
}

function describe({ platform, cores, cpu, memoryGiB, loadBefore, ...software }: Machine): string {
  const { node, postgres, postgresSettings, mongodbIsStandIn } = software;
  const settings = Object.entries(postgresSettings).map(([name, value]) => `${name} ${value}`);
  return [
    `${platform}, ${cores} cores (${cpu}), ${memoryGiB} GiB, load before ${loadBefore.toFixed(2)}`,
    `Node ${node}, PostgreSQL ${postgres} (${settings.join(', ')})`,
    ...(mongodbIsStandIn ? ['MongoDB: the stand-in, mongo-java-server'] : []),
  ].join('\n');
}

/** Aligns names to the left and numbers to the right. */
function align(lines: readonly (readonly string[])[], names: number): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const cell = (text: string, column: number) =>
    column < names ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return lines.map((line) => line.map(cell).join('  ').trimEnd()).join('\n');
}

/** A run is only precise to three digits. */
function number(value: number | undefined): string {
  if (value === undefined) {
    return '–';
  }
  return value >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value.toPrecision(3);
}
