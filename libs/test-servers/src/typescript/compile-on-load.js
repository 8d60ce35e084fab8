/**
 * Load it with `node --require`, as `runTypescript` does. It compiles TypeScript with decorator metadata, which Nest's
 * injection needs and tsx does not emit.
 */
const { transformFileSync } = require('@swc/core');
const { join } = require('node:path');

// Named, because SWC itself looks for it only up to the folder that the process was started in.
const configFile = join(__dirname, '../../../../.swcrc');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformFileSync(filename, { configFile, sourceMaps: 'inline' });
  module._compile(code, filename);
};
