import { workspaceFolders } from '@tidemark/test-servers';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

const pages = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path)),
  ...workspaceFolders().map((folder) => join(folder, 'README.md')),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

/** The source of a file that the build makes, so that the check passes before any build. */
function sourceOf(path: string): string {
  return path.replace(/\/dist\/(.+)\.js$/, '/src/$1.ts');
}

/** The targets of a page's relative links, and the project files that it names in backticks. */
function filesNamedIn(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) =>
    join(dirname(page), link!),
  );
  const paths = [...text.matchAll(/`((?:apps|libs|tools|docs|eslint|k8s|\.github)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );
  return [...links, ...paths].map(sourceOf);
}

describe('the documentation', () => {
  it.each(pages)('%s names only files that exist', (page) => {
    expect(filesNamedIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('has more than one page, and names files', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.flatMap(filesNamedIn).length).toBeGreaterThan(30);
  });

  it.each(workspaceFolders().filter((folder) => folder.startsWith('libs/')))(
    'describes the purpose of %s',
    (lib) => {
      expect(pages).toContain(join(lib, 'README.md'));
    },
  );
});

describe('docs/security.md', () => {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const [, ...parts] = text.split(/^## /m);
  const partCalled = (name: string) => parts.find((part) => part.startsWith(`${name}\n`));
  const model = partCalled('Threat model');
  const risks = partCalled('OWASP API Security Top 10 (2023)');
  const limits = partCalled('What is not defended');
  const defences = parts
    .filter((part) => ![model, risks, limits].includes(part))
    .flatMap((part) => part.split(/^### /m).slice(1));
  const proofsIn = (part: string) =>
    [...part.matchAll(/`([\w./-]+\.spec\.ts)`\s+"([^"]+)"/g)].map(([, file, name]) => ({
      file: file!,
      name: name!,
    }));
  const nameOf = (section: string) => section.split('\n', 1)[0]!;

  it('has a threat model, and names the gaps in the defence', () => {
    expect(model).toContain('**If hostile**');
    expect(limits).toContain('\n- ');
  });

  it('names the defences against each risk of the OWASP API Security Top 10', () => {
    const rows = risks!.split('\n').filter((line) => /^\| API\d/.test(line));
    expect(rows.map((row) => /API\d+/.exec(row)![0])).toEqual(
      Array.from({ length: 10 }, (_, n) => `API${n + 1}`),
    );
    const anchors = defences.map((defence) => nameOf(defence).toLowerCase().replaceAll(' ', '-'));
    for (const row of rows) {
      const named = [...row.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor!);
      expect(named).not.toEqual([]);
      expect(anchors).toEqual(expect.arrayContaining(named));
    }
  });

  it('has several defences', () => {
    expect(defences.length).toBeGreaterThan(15);
  });

  it.each(defences.map((defence) => [nameOf(defence), defence]))('proves %p', (_, defence) => {
    expect(proofsIn(defence)).not.toEqual([]);
  });

  it.each(proofsIn(text))('$file has the test "$name"', ({ file, name }) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(name);
  });
});
