import { checkoutRoot } from '@tidemark/test-servers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './deployment/configuration-page';

/** Rewrites docs/operations/configuration.md. */
writeFileSync(join(checkoutRoot, 'docs/operations/configuration.md'), configurationPage());
