import { checkoutRoot } from '@tidemark/test-servers';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const { longest } = jest.requireActual<{ longest: readonly string[] }>('../../../jest/longest-first.js');

it('the listed test files exist', () => {
  expect(longest.filter((file) => !existsSync(join(checkoutRoot, file)))).toEqual([]);
});
