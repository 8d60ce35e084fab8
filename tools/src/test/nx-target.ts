import { checkoutRoot, workspaceFolders } from '@tidemark/test-servers';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countsFile, type TestCounts } from '../nx/test-counts';
import type { Step } from './run-step';

/** Runs a target of every project that has it. Nx takes from its cache the projects that no change concerns. */
export function nxTarget(name: string, target: string, environment: Step['environment'] = {}): Step {
  return {
    name,
    // Without npx between them, a signal reaches Nx, which ends what it has started.
    command: process.execPath,
    arguments: [
      require.resolve('nx/bin/nx'),
      'run-many',
      `--target=${target}`,
      '--output-style=static-failures-only',
    ],
    environment,
    remark: (output) => {
      const [, cached, all] =
        /from the cache instead of running the command for (\d+) out of (\d+)/.exec(output) ?? [];
      return cached && `${cached} of ${all} projects from the cache`;
    },
  };
}

/** The counts of a tier, from what its target has written for each project that has it. */
export function countsOfTier(tier: string, target: string): TestCounts {
  const counts = ['.', ...workspaceFolders()].flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(checkoutRoot, folder, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly nx?: { readonly targets?: Readonly<Record<string, unknown>> };
    };
    const file = join(checkoutRoot, countsFile(manifest.name, tier));
    return manifest.nx?.targets?.[target] && existsSync(file)
      ? [JSON.parse(readFileSync(file, 'utf8')) as TestCounts]
      : [];
  });
  const sum = (of: (one: TestCounts) => number) => counts.reduce((total, one) => total + of(one), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: counts.flatMap(({ skipped }) => skipped),
  };
}
