// Nx loads executors with `require`, which on Node 20 takes no TypeScript.
require('tsx/cjs');

for (const name of ['declarations', 'jest', 'lint', 'tsc']) {
  const executor = () => require(`./src/nx/${name}.ts`).executor;
  exports[`${name}One`] = (...given) => executor().one(...given);
  exports[`${name}Many`] = (...given) => executor().many(...given);
}
