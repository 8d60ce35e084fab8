import { checkoutRoot } from '@tidemark/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './deployment/configuration-page';

/** Writes docs/operations/configuration.md anew. */
writeFileSync(join(checkoutRoot, 'docs/operations/configuration.md'), configurationPage());
