import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Outcome {
  readonly what: string;
  readonly expected: string | null;
  readonly fired: readonly string[];
}

// ESLint runs in a process of its own, because its configuration is an ES module, which Jest can't load.
const outcomes = JSON.parse(
  execFileSync(process.execPath, [join(__dirname, 'architecture-fixtures.mjs')], {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
  }),
) as Outcome[];

describe('the architecture rules', () => {
  it.each(
    outcomes.filter(({ expected }) => expected !== null).map((outcome) => [outcome.what, outcome] as const),
  )('stop that %s', (_what, { expected, fired }) => {
    expect(fired).toContain(expected);
  });

  it.each(
    outcomes.filter(({ expected }) => expected === null).map((outcome) => [outcome.what, outcome] as const),
  )('allow that %s', (_what, { fired }) => {
    expect(fired).toEqual([]);
  });
});
