import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path)),
  ...['libs', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((project) => join(group, project, 'README.md')),
  ),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

/** Where a page's relative links lead, and the files of the project that it names in backticks. */
function filesNamedIn(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) =>
    join(dirname(page), link!),
  );
  const paths = [...text.matchAll(/`((?:apps|libs|tools|docs|eslint|k8s)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );
  return [...links, ...paths];
}

describe('the documentation', () => {
  it.each(pages)('%s names only files that exist', (page) => {
    expect(filesNamedIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('is more than a page, and names files', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.flatMap(filesNamedIn).length).toBeGreaterThan(30);
  });

  it.each(readdirSync(join(root, 'libs')))('says what libs/%s is for', (lib) => {
    expect(pages).toContain(join('libs', lib, 'README.md'));
  });
});
