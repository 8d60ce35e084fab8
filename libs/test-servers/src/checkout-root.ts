import { resolve } from 'node:path';

/** The folder of this checkout's `package.json`; the same from `src` and from `dist`. */
export const checkoutRoot = resolve(__dirname, '../../..');
