import { checkoutRoot, defaultAdminPorts, defaultPorts, serviceNames } from '@tidemark/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dockerfileStages, instructionsOf } from './dockerfile.fixture';
import { configLoaders, deployedMigrations, migrationSettings, serviceSettings } from './service-settings';

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly pull_policy?: string;
  readonly restart?: string;
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
const ours = Object.entries(compose.services).filter(([, { image }]) => image.includes('TIDEMARK_IMAGES'));
const stores = Object.entries(compose.services).filter(([, { image }]) => !image.includes('TIDEMARK_IMAGES'));
const migrations = ours.filter(([name]) => name.startsWith('migrate-'));
/** The folders that the Dockerfile makes images of. */
const imagedWorkspaces = instructionsOf('packages')
  .map(({ text }) => /for workspace in ([^;]+);/.exec(text)?.[1]?.split(' ') ?? [])
  .flat();
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

  it('has the packages and the code of its service, in layers of their own', () => {
    expect(copiesInto(service)).toEqual(filesOf(service));
    expect(imagedWorkspaces).toContain(`apps/${service}`);
  });
});

describe('the image of the command line', () => {
  it('has its packages and its code, in layers of their own', () => {
    expect(copiesInto('ctl')).toEqual(filesOf('tools'));
    expect(imagedWorkspaces).toContain('tools');
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

function filesOf(folder: string): string[] {
  return [`--from=packages /images/${folder} ./`, `--from=build /images/${folder} ./`];
}

describe('the Dockerfile', () => {
  const stages = [...dockerfileStages().values()];

  it('builds on one image of Node 24, named by version and digest', () => {
    const foreign = stages.filter(({ from }) => !stages.some(({ name }) => name === from));

    expect(foreign.map(({ from }) => from)).toEqual([
      expect.stringMatching(/^node:24\.\d+\.\d+-[\w-]*slim@sha256:[0-9a-f]{64}$/),
    ]);
  });

  it('installs what is locked, once', () => {
    const runs = stages.flatMap(({ instructions }) =>
      instructions.filter(({ keyword }) => keyword === 'RUN').map(({ text }) => text),
    );

    expect(runs.filter((text) => /npm ci\b/.test(text))).toHaveLength(1);
    // The only `npm install` removes what just the development dependencies needed.
    expect(runs.filter((text) => /npm (i|install|add)\b/.test(text))).toEqual([
      expect.stringMatching(
        /npm pkg delete devDependencies --workspaces --include-workspace-root && npm install/,
      ),
    ]);
  });
});

/** Resolves `${NAME:-default}` like Compose with an empty environment. */
function byDefault(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, (_, given: string) => given);
}

function interpolated(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, byDefault(value)]));
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

  it.each(ours)('lets %s do nothing but its work', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('builds each image for one service, and pulls none that it builds', () => {
    const built = ours.filter(([, { build }]) => build !== undefined);

    expect(built.map(([name]) => name).toSorted()).toEqual([...serviceNames, 'ctl'].toSorted());
    for (const [name, { image, build, pull_policy: pullPolicy }] of built) {
      expect(build!.target).toBe(name);
      expect(dockerfileStages().has(name)).toBe(true);
      expect(byDefault(image)).toBe(`tidemark/${name}:local`);
      expect(byDefault(pullPolicy!)).toBe('build');
    }
    // They wait for the image that another service builds or pulls.
    for (const [, { image, pull_policy: pullPolicy }] of migrations) {
      expect(built.map(([, service]) => service.image)).toContain(image);
      expect(pullPolicy).toBe('never');
    }
  });

  it('migrates with the programs of the images', () => {
    expect(migrations.map(([, { command }]) => command![1])).toEqual(deployedMigrations);
    for (const [, { command, image, environment }] of migrations) {
      expect(command![1]).toMatch(new RegExp(`^apps/${/\/([\w-]+):/.exec(image)![1]}/`));
      expect(migrationSettings[command![1]!]!.map(({ name }) => name)).toEqual(
        expect.arrayContaining(Object.keys(environment!)),
      );
    }
  });

  it.each(stores)('runs a pinned version of %s, checks its health, and restarts it', (_, store) => {
    expect(store.image).toMatch(/^[a-z]+:\d+\.\d+/);
    expect(store.healthcheck).toBeDefined();
    expect(store.restart).toBe('unless-stopped');
  });

  it('starts services after everything that they need', () => {
    for (const name of serviceNames) {
      const conditions = Object.entries(compose.services[name]!.depends_on!);

      expect(conditions.map(([needed]) => needed)).toEqual([
        ...stores.map(([needed]) => needed),
        ...migrations.map(([needed]) => needed),
      ]);
    }
  });
});
