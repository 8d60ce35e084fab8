import { libraryGraph, readProjects } from './library-graph';

const generated = /(<!-- libraries: [^>]*-->\n)[\s\S]*?(<!-- end of libraries -->)/;

/**
 * `docs/architecture.md` with its picture of the libraries redrawn from the projects' manifests.
 *
 * @throws Error if the page has no place for the picture
 */
export function architecturePage(page: string): string {
  if (!generated.test(page)) {
    throw new Error('the page has no place for the picture of the libraries');
  }
  const picture = `\n\`\`\`mermaid\n${libraryGraph(readProjects())}\n\`\`\`\n\n`;
  return page.replace(generated, (_, before: string, after: string) => `${before}${picture}${after}`);
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The arrows of the page's picture with this heading, between the ids of its boxes. */
export function arrowsUnder(page: string, heading: string): Arrow[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const [, picture = ''] = /```mermaid\n([\s\S]*?)```/.exec(section) ?? [];
  return picture.split('\n').flatMap((line) => {
    const [, from, to] = /^\s*(\w+)\s+(?:-->|-\.->|--\s.*\s-->|-\.\s.*\s\.->)\s+(\w+)\s*$/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}
