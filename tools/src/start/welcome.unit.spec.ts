import { serviceNames } from '@tidemark/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { welcome } from './welcome';

const urlsAt = (firstPort: number) =>
  Object.fromEntries(serviceNames.map((name, n) => [name, `http://127.0.0.1:${firstPort + n}`])) as Record<
    (typeof serviceNames)[number],
    string
  >;
/** The longest text that there can be. */
const longest = welcome({
  installation: { urls: urlsAt(60_001), adminUrls: urlsAt(61_001) },
  mongodbIsStandIn: true,
  logDirectory: `.tidemark/logs/${'n'.repeat(41)}`,
});

describe('welcome', () => {
  it('leaves room on a first screen of 15 lines for the six before it: four of npm, "building" and "starting"', () => {
    expect(longest.split('\n').length).toBeLessThanOrEqual(15 - 6);
  });

  it('has no line of more than 100 characters', () => {
    expect(longest.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it.each(serviceNames)('says where %s is, and its admin port', (name) => {
    const n = serviceNames.indexOf(name);
    expect(longest.split('\n').find((line) => line.trimStart().startsWith(name))).toMatch(
      new RegExp(`http://localhost:${60_001 + n}/docs .*http://localhost:${61_001 + n}/docs$`),
    );
  });

  it('mentions a stand-in only if there is one', () => {
    const real = { installation: { urls: urlsAt(3001), adminUrls: urlsAt(4001) }, logDirectory: 'logs' };
    expect(longest).toContain('stand-in');
    expect(welcome({ ...real, mongodbIsStandIn: false })).not.toContain('stand-in');
  });

  it.each(['TOKEN=$(npm run -s token -- --role service)', 'npm run -s demo', 'localhost:3001'])(
    'says %s, as the README does',
    (text) => {
      const shown = welcome({
        installation: { urls: urlsAt(3001), adminUrls: urlsAt(4001) },
        mongodbIsStandIn: false,
        logDirectory: 'logs',
      });
      expect(shown).toContain(text);
      expect(readFileSync(join(__dirname, '../../../README.md'), 'utf8')).toContain(text);
    },
  );
});
