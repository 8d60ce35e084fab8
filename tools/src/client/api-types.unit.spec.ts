import { checkoutRoot } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const program = join(require.resolve('openapi-typescript/package.json'), '../bin/cli.js');

it.each(['command-service', 'query-service', 'process-manager'])(
  'the types of %s are those of its OpenAPI document',
  async (service) => {
    const args = [program, `apps/${service}/openapi.json`];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: checkoutRoot,
      maxBuffer: 16 * 1024 * 1024,
    });
    // If this fails, run `npm run -s client:types`.
    const types = readFileSync(join(checkoutRoot, `libs/client/src/api/${service}.ts`), 'utf8');
    expect(stdout.trimEnd()).toBe(types.trimEnd());
  },
);
