/** One project per tier; the tier is in the file's name. */
const tier = (name, options) => ({
  displayName: name,
  testMatch: [`<rootDir>/{eslint,benchmarks/src,libs/{*,*/*}/src,apps/*/src,tools/src}/**/*.${name}.spec.ts`],
  transform: { '\\.ts$': ['@swc/jest', { swcrc: true }] },
  testEnvironment: '<rootDir>/jest/skip-without-server.js',
  runtime: '<rootDir>/jest/compile-once.js',
  testEnvironmentOptions: { customExportConditions: ['development', 'node', 'require', 'default'] },
  // Jest accepts no time-out for a single project, so a setup file sets it.
  setupFilesAfterEnv: ['<rootDir>/jest/time-out.setup.js'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.tidemark/'],
  ...options,
});

const withServers = {
  globalSetup: '<rootDir>/libs/test-servers/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/libs/test-servers/src/jest/global-teardown.ts',
};

module.exports = {
  // A worker that has grown beyond this ends after its file, and a new one takes its place.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/jest/longest-first.js',
  projects: [tier('unit'), tier('int', withServers), tier('e2e', withServers), tier('long', withServers)],
};
