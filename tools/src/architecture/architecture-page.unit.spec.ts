import { checkoutRoot, serviceNames } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceSettings } from '../deployment/service-settings';
import { architecturePage, arrowsUnder } from './architecture-page';
import { libraryGraph, type Project } from './library-graph';

const page = readFileSync(join(checkoutRoot, 'docs/architecture.md'), 'utf8');

describe('docs/architecture.md', () => {
  it('draws the libraries as `npm run -s docs:architecture` does', () => {
    expect(architecturePage(page)).toBe(page);
  });

  it.each(serviceNames)('leads %s to exactly the stores whose addresses it has', (name) => {
    const stores = { postgres: /DATABASE_URL$/, rabbitmq: /^AMQP_URL$/, mongodb: /^MONGODB_URL$/ };
    const variables = serviceSettings[name].map((setting) => setting.name);
    const reached = Object.entries(stores)
      .filter(([, pattern]) => variables.some((variable) => pattern.test(variable)))
      .map(([store]) => store);
    const id = name.replaceAll('-', '_');
    const drawn = arrowsUnder(page, 'Containers').flatMap(({ from, to }) =>
      from === id ? [to] : to === id ? [from] : [],
    );

    expect(new Set(drawn.filter((box) => box in stores))).toEqual(new Set(reached));
    expect(drawn.filter((box) => serviceNames.some((other) => other.replaceAll('-', '_') === box))).toEqual(
      [],
    );
  });
});

describe('the picture of the libraries', () => {
  const project = (path: string, ...uses: string[]): Project => ({ path, shelf: 'libs', uses });

  it('has no arrow that follows from other arrows', () => {
    const graph = libraryGraph([
      project('libs/a', 'libs/b', 'libs/c'),
      project('libs/b', 'libs/c'),
      project('libs/c'),
    ]);
    expect(graph).toContain('libs-a --> libs-b');
    expect(graph).toContain('libs-b --> libs-c');
    expect(graph).not.toContain('libs-a --> libs-c');
  });

  it('is refused for a page without a place for it', () => {
    expect(() => architecturePage('# Architecture')).toThrow('no place');
  });
});

describe('the arrows of a picture', () => {
  it('are read whatever their style', () => {
    const text = '## One\n\n```mermaid\nflowchart LR\n  a -- "x y" --> b\n  b -. z .-> c\n  c --> a\n```\n';
    expect(arrowsUnder(text, 'One')).toEqual([
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'a' },
    ]);
    expect(arrowsUnder(text, 'Two')).toEqual([]);
  });
});
