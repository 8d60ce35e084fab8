import { checkoutRoot, serviceNames } from '@tidemark/test-servers';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithKubectl, ofKind, overlays, render } from './kustomize.fixture';
import { variablesOf } from './service-pods.fixture';
import { migrationSettings, migrationsOf } from './service-settings';

describe('the steps of the Job', () => {
  it('run images that an overlay can raise before those of the services', () => {
    const named = (path: string) =>
      [...readFileSync(join(checkoutRoot, 'k8s', path), 'utf8').matchAll(/image: (\S+)/g)].map(
        ([, image]) => image!,
      );
    const migrations = [...named('base/migrate.yaml'), ...named('components/without-mongodb/migrate.yaml')];
    const ofServices = serviceNames.flatMap((name) => named(`base/${name}.yaml`));

    expect(ofServices).toHaveLength(serviceNames.length);
    expect(migrations).toHaveLength(3);
    expect(migrations.filter((image) => ofServices.includes(image))).toEqual([]);
  });
});

describeWithKubectl.each(overlays)('the steps of the Job of %s', (overlay) => {
  const objects = render(overlay);

  it('run programs of their images, which get all their variables', () => {
    const [job] = ofKind<IJob>(objects, 'Job');
    const { containers, initContainers } = job!.spec!.template.spec!;
    const steps = [...initContainers!, ...containers];

    expect(steps.map(({ command }) => command![1]).toSorted()).toEqual(
      migrationsOf(overlay.endsWith('small') ? 'postgres' : 'mongodb').toSorted(),
    );
    for (const { command, image, ...step } of steps) {
      const program = command![1]!;
      const app = program.split('/')[1]!;
      const variables = variablesOf({ ...step }, objects).map(({ name }) => name);

      expect(image).toMatch(new RegExp(`/${app}:`));
      expect(existsSync(join(checkoutRoot, program.replace('/dist/', '/src/').replace(/js$/, 'ts')))).toBe(
        true,
      );
      const settings = migrationSettings[program]!;
      const needed = settings.filter(({ required, secret }) => required || secret).map(({ name }) => name);
      expect(variables.toSorted()).toEqual(needed.toSorted());
    }
  });
});
