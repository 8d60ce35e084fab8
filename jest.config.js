/** One project per tier; the tier is in the file's name. */
const tier = (name, options) => ({
  displayName: name,
  testMatch: [`<rootDir>/{eslint,benchmarks/src,libs/*/src,apps/*/src,tools/src}/**/*.${name}.spec.ts`],
  transform: { '\\.ts$': ['@swc/jest', { swcrc: true }] },
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['development', 'node', 'require', 'default'] },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.tidemark/'],
  ...options,
});

const withServers = {
  globalSetup: '<rootDir>/libs/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/jest/global-teardown.ts',
};

module.exports = {
  projects: [
    tier('unit'),
    // Jest takes no time-out for one project alone.
    tier('int', { ...withServers, setupFilesAfterEnv: ['<rootDir>/jest/int.setup.js'] }),
    tier('e2e', { ...withServers, setupFilesAfterEnv: ['<rootDir>/jest/e2e.setup.js'] }),
    tier('long', { ...withServers, setupFilesAfterEnv: ['<rootDir>/jest/e2e.setup.js'] }),
  ],
};
