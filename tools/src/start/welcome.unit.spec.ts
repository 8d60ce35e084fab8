import { serviceNames } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { row, starting, welcome } from './welcome';

const urlsAt = (firstPort: number) =>
  Object.fromEntries(serviceNames.map((name, n) => [name, `http://127.0.0.1:${firstPort + n}`])) as Record<
    (typeof serviceNames)[number],
    string
  >;
/** The longest possible text. */
const longest = welcome({ urls: urlsAt(60_001), adminUrls: urlsAt(61_001) });

describe('the first screen', () => {
  it('leaves room among 15 lines for the nine before the welcome: four of npm, four choices, "starting"', () => {
    expect(longest.split('\n').length).toBeLessThanOrEqual(15 - 9);
  });

  it('has no line of more than 100 characters', () => {
    const lines = [
      ...longest.split('\n'),
      starting({ builds: true, logDirectory: `.tidemark/logs/${'n'.repeat(41)}` }),
    ];
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it('has 22 characters before the text of a row, on which the length of the choices relies', () => {
    expect(row('log', 'text').indexOf('text')).toBe(22);
  });

  it.each(serviceNames)('says where %s is, and its admin port', (name) => {
    const n = serviceNames.indexOf(name);
    expect(longest.split('\n').find((line) => line.trimStart().startsWith(name))).toMatch(
      new RegExp(`http://localhost:${60_001 + n}/docs .*http://localhost:${61_001 + n}/docs$`),
    );
  });

  it.each(['TOKEN=$(npm run -s token -- --role service)', 'npm run -s demo', 'localhost:3001'])(
    'says %s, as the README does',
    (text) => {
      expect(welcome({ urls: urlsAt(3001), adminUrls: urlsAt(4001) })).toContain(text);
      expect(readFileSync(join(__dirname, '../../../README.md'), 'utf8')).toContain(text);
    },
  );
});
