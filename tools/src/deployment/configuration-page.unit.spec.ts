import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './configuration-page';
import { migrationSettings, serviceSettings } from './service-settings';

describe('docs/operations/configuration.md', () => {
  it('is what `npm run -s docs:configuration` writes', () => {
    expect(readFileSync(join(checkoutRoot, 'docs/operations/configuration.md'), 'utf8')).toBe(
      configurationPage(),
    );
  });

  it.each(Object.entries({ ...serviceSettings, ...migrationSettings }))(
    'describes every variable of %s',
    (_, settings) => {
      expect(settings.filter((setting) => setting.meaning === '')).toEqual([]);
    },
  );
});
