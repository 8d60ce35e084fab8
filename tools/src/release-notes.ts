import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notesOf } from './release/notes-of';

const usage = `usage: npm run -s release-notes -- vX.Y.Z

Prints what CHANGELOG.md says of the version. Fails if it says nothing, or if package.json has another version.
`;

function main(args: readonly string[]): number {
  const [tag, ...rest] = args;
  const version = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag ?? '')?.[1];
  if (version === undefined || rest.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  const read = (file: string): string => readFileSync(join(checkoutRoot, file), 'utf8');
  const { version: ours } = JSON.parse(read('package.json')) as { version: string };
  if (ours !== version) {
    process.stderr.write(`package.json has the version ${ours}, not ${version}\n`);
    return 1;
  }
  try {
    process.stdout.write(notesOf(read('CHANGELOG.md'), version));
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
