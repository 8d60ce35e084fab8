import { checkoutRoot } from '@tidemark/test-servers';
import { join } from 'node:path';
import { writeApiReference } from './api-reference/write-api-reference';

const folder = '.tidemark/api';

writeApiReference(join(checkoutRoot, folder)).then(
  (complaints) => {
    complaints.forEach((complaint) => process.stderr.write(`${complaint}\n`));
    process.stdout.write(`${folder}/index.html\n`);
    process.exitCode = complaints.length > 0 ? 1 : 0;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
