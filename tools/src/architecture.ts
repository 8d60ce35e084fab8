import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architecturePage } from './architecture/architecture-page';

/** Redraws the picture of the libraries in docs/architecture.md. */
const path = join(checkoutRoot, 'docs/architecture.md');
writeFileSync(path, architecturePage(readFileSync(path, 'utf8')));
