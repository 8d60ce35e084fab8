import { readJson } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { codeOf, desk, emptyTree, expectRefusal, filesOf, skipFormat } from '../desk.fixture';
import { appGenerator } from './app';

describe('the generator app', () => {
  it('makes a project of its own, with an example of each kind', async () => {
    const tree = await desk();

    expect(Object.keys(filesOf(tree))).toEqual(
      expect.arrayContaining([
        ...['.gitignore', '.prettierrc', 'README.md', 'nx.json', 'package.json', 'tsconfig.json'],
        ...['src/main.ts', 'src/app.module.ts', 'src/http.ts', 'test/logged.ts'],
        ...['src/ticket/events.ts', 'src/tickets/tickets-projection.ts', 'src/assignment/assignment.ts'],
      ]),
    );
    expect(codeOf(tree, 'src/app.module.ts')).toContain(
      'aggregates: [ticket], projections: [ticketsProjection], processes: [assignment], commands: [assignTicketCommand],',
    );
    expect(tree.read('src/app.module.ts', 'utf-8')).toContain('127.0.0.1:5432/desk');
  });

  it('depends on the packages of its own version', async () => {
    const { version } = readOwnManifest();
    const { dependencies, devDependencies } = readJson(await desk(), 'package.json') as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    expect(dependencies).toMatchObject({ '@tidemark/nestjs': version, '@tidemark/kernel': version });
    expect(devDependencies).toMatchObject({ '@tidemark/nx': version });
  });

  it('leaves no trace of the templates', async () => {
    for (const [path, text] of Object.entries(filesOf(await desk()))) {
      expect([path, /<%|%>|__\w+__|\.template/.exec(path + text)]).toEqual([path, null]);
      expect([path, /&#39;|&lt;|\[object|\bundefined[',]/.exec(text)]).toEqual([path, null]);
    }
  });

  it('is empty without the example', async () => {
    const tree = emptyTree();
    await appGenerator(tree, { name: 'help-desk', example: false, skipFormat });
    expect(tree.children('help-desk/src').sort()).toEqual(['app.module.ts', 'http.ts', 'main.ts']);
    expect(tree.read('help-desk/src/app.module.ts', 'utf-8')).toContain('127.0.0.1:5432/help_desk');
  });

  it('joins a workspace of Nx, whose settings stay', async () => {
    const tree = createTreeWithEmptyWorkspace();
    const settings = tree.read('nx.json', 'utf-8');
    await appGenerator(tree, { name: 'desk', directory: 'apps/desk', skipFormat });

    expect(readJson(tree, 'package.json')).toMatchObject({
      dependencies: { '@tidemark/nestjs': readOwnManifest().version },
    });
    expect(readJson(tree, 'apps/desk/package.json')).not.toHaveProperty('dependencies');
    expect(readJson(tree, 'apps/desk/project.json')).toMatchObject({
      name: 'desk',
      sourceRoot: 'apps/desk/src',
    });
    expect(tree.read('nx.json', 'utf-8')).toBe(settings);
    expect(tree.exists('apps/desk/nx.json')).toBe(false);
    expect(tree.exists('apps/desk/src/ticket/ticket.ts')).toBe(true);
  });

  it('refuses a folder that is not empty, and so a second run', async () => {
    const tree = await desk();
    await expectRefusal(
      tree,
      () => appGenerator(tree, { name: 'desk', directory: '.', skipFormat }),
      /folder \. is not empty.*--directory/,
    );
  });

  it.each(['', '1st', 'a b', '../up', 'a--b', 'class', 'App.Name'])('refuses the name "%s"', async (name) => {
    const tree = emptyTree();
    await expectRefusal(
      tree,
      () => appGenerator(tree, { name, directory: 'x', skipFormat }),
      /is no name for the application/,
    );
  });
});

function readOwnManifest(): { readonly version: string } {
  return jest.requireActual('../../package.json');
}
