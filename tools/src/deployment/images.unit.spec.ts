import { checkoutRoot, defaultAdminPorts, defaultPorts, serviceNames } from '@tidemark/test-servers';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dockerfileStages, instructionsOf } from './dockerfile.fixture';

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
    expect(copiesInto('ctl')).toEqual(filesOf('cli'));
    expect(imagedWorkspaces).toContain('libs/cli');
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
