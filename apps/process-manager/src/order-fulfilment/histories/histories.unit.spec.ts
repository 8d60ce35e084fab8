import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fulfilmentVersions } from '../versions';
import { replay, type RecordedStep } from './recorded-history.fixture';

const recordedVersions = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const histories = recordedVersions.flatMap((version) =>
  readdirSync(join(__dirname, version)).map((file) => [version, file] as const),
);
const definitionOf = (version: string) =>
  fulfilmentVersions().find((definition) => `v${definition.version}` === version);

function stepsOf(version: string, file: string): RecordedStep[] {
  const lines = readFileSync(join(__dirname, version, file), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedStep);
}

describe('the recorded histories', () => {
  it('exist for exactly the versions that running fulfilments may have', () => {
    const versions = fulfilmentVersions().map(({ version }) => `v${version}`);
    expect([...versions].sort()).toEqual([...recordedVersions].sort());
    expect(histories.length).toBeGreaterThanOrEqual(recordedVersions.length * 10);
  });

  it.each(histories)('match what version %s still does: %s', (version, file) => {
    const steps = stepsOf(version, file);
    const replayed = replay(
      definitionOf(version)!,
      steps.map(({ on }) => on),
    );
    expect(replayed).toEqual(steps);
  });

  it.each(histories)(
    'have the same result when each event of version %s arrives twice: %s',
    (version, file) => {
      const steps = stepsOf(version, file);
      const told = steps.flatMap(({ on }): RecordedStep['on'][] => ('event' in on ? [on, on] : [on]));
      const replayed = replay(definitionOf(version)!, told);
      expect(replayed.flatMap(({ asks }) => asks)).toEqual(steps.flatMap(({ asks }) => asks));
      expect(replayed.at(-1)).toMatchObject({ step: steps.at(-1)!.step, status: steps.at(-1)!.status });
    },
  );
});
