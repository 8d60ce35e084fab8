import { checkoutRoot, defaultAdminPorts, defaultPorts, serviceNames } from '@tidemark/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dockerfileStages, instructionsOf } from './dockerfile.fixture';
import { configLoaders, migrationSettings, serviceSettings } from './service-settings';

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
const compose = parse(readFileSync(join(checkoutRoot, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
const backing = Object.entries(compose.services).filter(([, { build }]) => build === undefined);
const sourceOf = (program: string) => program.replace('/dist/', '/src/').replace(/\.js$/, '.ts');

describe.each(serviceNames)('the image of %s', (service) => {
  const instructions = instructionsOf(service);
  const last = (keyword: string) =>
    instructions.findLast((instruction) => instruction.keyword === keyword)!.text;

  it('runs its program without root, on its ports', () => {
    const [runtime, program] = JSON.parse(last('CMD')) as string[];

    expect([runtime, program]).toEqual(['node', `apps/${service}/dist/main.js`]);
    expect(existsSync(join(checkoutRoot, sourceOf(program!)))).toBe(true);
    expect(last('USER')).toBe('1000:1000');
    expect(last('EXPOSE')).toBe(`${defaultPorts[service]} ${defaultAdminPorts[service]}`);
    expect(last('ENV')).toBe(`PORT=${defaultPorts[service]} ADMIN_PORT=${defaultAdminPorts[service]}`);
  });

  it('has a health check for its liveness', () => {
    const { keyword, text } = instructions.find((instruction) => instruction.keyword === 'HEALTHCHECK')!;

    expect(keyword).toBe('HEALTHCHECK');
    expect(text).toContain('${process.env.PORT}/health/live');
  });

  it('contains exactly its production dependencies', () => {
    expect(copiesInto(service)).toEqual([`--from=${service}-files /files ./`]);
    expectFilesOf(service, service, `apps/${service}`);
  });
});

describe('the image of the command line', () => {
  it('contains exactly its production dependencies', () => {
    expect(copiesInto('ctl')).toEqual(['--from=ctl-files /files ./']);
    expectFilesOf('ctl', '@tidemark/tools', 'tools');
  });

  it('runs as the user nobody', () => {
    const instructions = instructionsOf('ctl');
    expect(instructions.findLast(({ keyword }) => keyword === 'USER')!.text).toBe('1000:1000');
    expect(instructions.findLast(({ keyword }) => keyword === 'CMD')!.text).toBe('["ctl", "--help"]');
  });
});

function copiesInto(target: string): string[] {
  return instructionsOf(target)
    .filter(({ keyword }) => keyword === 'COPY')
    .map(({ text }) => text);
}

/** The copy follows links, so that only the libraries that the workspace needs are copied. */
function expectFilesOf(target: string, workspace: string, folder: string): void {
  const steps = instructionsOf(`${target}-files`).map(({ text }) => text);
  expect(steps.slice(-3)).toEqual([
    `npm ci --omit=dev --ignore-scripts --workspace=${workspace}`,
    '--from=build /built ./',
    `mkdir /files && cp --parents --recursive --dereference node_modules ${folder} /files`,
  ]);
  expect(steps).toContainEqual(expect.stringMatching(/^npm pkg delete devDependencies --workspaces/));
}

describe('the Dockerfile', () => {
  const stages = [...dockerfileStages().values()];

  it('builds only on Node 24, and installs only locked versions', () => {
    const foreign = stages.filter(({ from }) => !stages.some(({ name }) => name === from));
    const runs = stages.flatMap(({ instructions }) =>
      instructions.filter(({ keyword }) => keyword === 'RUN'),
    );
    const installs = runs.filter(({ text }) => /npm (i|install|add)\b(?!.*--package-lock-only)/.test(text));

    expect(foreign.map(({ from }) => from)).toEqual([expect.stringMatching(/^node:24-[\w-]*slim$/)]);
    expect(installs).toEqual([]);
  });
});

/** Resolves `${NAME:-default}` like Compose with an empty environment. */
function interpolated(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{\w+:-([^}]*)\}/g, (_, byDefault: string) => byDefault),
    ]),
  );
}

describe('docker-compose.yml', () => {
  it.each(serviceNames)('gives %s a valid configuration, and no variable that it does not read', (name) => {
    const { environment = {}, build, ports } = compose.services[name]!;

    expect(() => configLoaders[name](interpolated(environment))).not.toThrow();
    expect(serviceSettings[name].map((setting) => setting.name)).toEqual(
      expect.arrayContaining(Object.keys(environment)),
    );
    expect(build!.target).toBe(name);
    expect(ports).toEqual(
      [defaultPorts[name], defaultAdminPorts[name]].map((port) => `127.0.0.1:${port}:${port}`),
    );
  });

  it.each(ours)('starts %s only on request, without any extra rights', (_, service) => {
    expect(service).toMatchObject({ profiles: ['services'], read_only: true, cap_drop: ['ALL'] });
    expect(dockerfileStages().has(service.build!.target)).toBe(true);
    expect(service.image).toBe(`tidemark/${service.build!.target}:local`);
  });

  it('migrates with the programs of the images', () => {
    const migrations = ours.filter(([, { command }]) => command !== undefined);

    expect(migrations.map(([, { command }]) => command![1])).toEqual(Object.keys(migrationSettings));
    for (const [, { command, build, environment }] of migrations) {
      expect(command![1]).toMatch(new RegExp(`^apps/${build!.target}/`));
      expect(migrationSettings[command![1]!]!.map(({ name }) => name)).toEqual(
        expect.arrayContaining(Object.keys(environment!)),
      );
    }
  });

  it.each(backing)(
    'runs a fixed version of %s, with a health check',
    (_, { image, healthcheck, profiles }) => {
      expect(image).toMatch(/^[a-z]+:\d+\.\d+/);
      expect(healthcheck).toBeDefined();
      expect(profiles).toBeUndefined();
    },
  );

  it('starts services after everything that they need', () => {
    for (const name of serviceNames) {
      const conditions = Object.entries(compose.services[name]!.depends_on!);

      expect(conditions.map(([needed]) => needed)).toEqual([
        ...backing.map(([needed]) => needed),
        ...ours.filter(([, { command }]) => command).map(([needed]) => needed),
      ]);
    }
  });
});
