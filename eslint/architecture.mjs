import { engineHasNoWordOfTheDomain } from './domain-words.mjs';

/**
 * The architecture's import rules, as data: which kind of project may import which, and what pure code must not touch.
 * `eslint/architecture.unit.spec.ts` proves that each of them fails when broken.
 */

/** Test code is open to every project here; `testingStaysInTests` keeps it out of production code. */
const only = (sourceTag, ...tags) => ({
  sourceTag,
  onlyDependOnLibsWithTags: [...tags, 'type:test-servers', 'type:testing'],
});

const domains = {
  customers: [],
  catalogue: [],
  ordering: ['customers', 'catalogue'],
  payments: ['customers', 'ordering'],
  inventory: ['catalogue', 'ordering'],
  shipping: ['catalogue', 'customers', 'ordering'],
};

export const moduleBoundaries = {
  enforceBuildableLibDependency: false,
  allow: [],
  banTransitiveDependencies: true,
  depConstraints: [
    { ...only('type:kernel'), allowedExternalImports: ['@standard-schema/spec', 'zod', 'fast-check'] },
    { ...only('type:domain', 'type:kernel', 'type:domain'), allowedExternalImports: ['zod', 'fast-check'] },
    ...Object.entries(domains).map(([domain, upstream]) =>
      only(`domain:${domain}`, 'type:kernel', ...upstream.map((name) => `domain:${name}`)),
    ),
    only(
      'type:read-models',
      'type:kernel',
      'type:domain',
      'infra:mongodb',
      'infra:postgres',
      'infra:projections',
    ),
    only('infra:postgres', 'type:kernel'),
    only('infra:mongodb'),
    only('infra:tracing'),
    only('infra:event-store', 'type:kernel', 'infra:postgres'),
    only('infra:messaging', 'type:kernel', 'infra:postgres', 'infra:tracing'),
    only('infra:projections', 'type:kernel', 'infra:messaging', 'infra:postgres', 'infra:mongodb'),
    only('infra:process-manager', 'type:kernel', 'infra:messaging', 'infra:postgres'),
    only(
      'infra:nestjs',
      'type:kernel',
      'infra:event-store',
      'infra:messaging',
      'infra:mongodb',
      'infra:postgres',
      'infra:process-manager',
      'infra:projections',
    ),
    only('infra:nx'),
    only('infra:create', 'infra:nx'),
    only('type:client'),
    only('type:cli', 'type:client', 'type:local-token'),
    only('infra:payment-provider', 'type:kernel', 'domain:payments', 'infra:postgres'),
    only('type:platform', 'type:kernel', 'infra:tracing'),
    only('type:local-token'),
    only('type:test-servers', 'type:kernel', 'type:local-token'),
    only(
      'type:testing',
      'type:kernel',
      'infra:event-store',
      'infra:messaging',
      'infra:nestjs',
      'infra:process-manager',
      'infra:projections',
    ),
    only(
      'app:command-service',
      'type:kernel',
      'infra:nestjs',
      'infra:postgres',
      'type:domain',
      'type:platform',
      'infra:event-store',
      'infra:messaging',
      'infra:payment-provider',
    ),
    only(
      'app:projection-service',
      'type:kernel',
      'infra:nestjs',
      'infra:postgres',
      'type:domain',
      'type:platform',
      'type:read-models',
      'infra:projections',
      'infra:messaging',
      'infra:event-store',
    ),
    only(
      'app:query-service',
      'type:kernel',
      'infra:nestjs',
      'infra:projections',
      'infra:postgres',
      'type:domain',
      'type:platform',
      'type:read-models',
      'infra:event-store',
    ),
    only(
      'app:process-manager',
      'type:kernel',
      'infra:nestjs',
      'infra:postgres',
      'type:domain',
      'type:platform',
      'infra:process-manager',
      'infra:messaging',
      'infra:event-store',
    ),
    only('type:tools', 'type:kernel', 'type:local-token', 'type:client', 'type:cli', 'infra:nx'),
    { sourceTag: 'type:workspace', onlyDependOnLibsWithTags: ['*'] },
  ],
};

const specFiles = ['**/*.spec.ts'];

const testCode = {
  group: ['@tidemark/test-servers', '@tidemark/testing', '@tidemark/testing/**', 'fast-check'],
  message: 'Test code stays in tests.',
};

/** Domain libs are functions of their arguments: no framework, no driver, no node module, no clock, no randomness. */
export const pureCode = [
  {
    files: ['libs/domain/*/src/**/*.ts', 'libs/engine/kernel/src/**/*.ts'],
    ignores: [
      ...specFiles,
      'libs/engine/kernel/src/clock.ts',
      'libs/engine/kernel/src/within.ts',
      'libs/engine/kernel/src/testing/**',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.|@tidemark/|@standard-schema/spec$|zod$)',
              message:
                'Domain code imports the kernel, upstream domains, zod and the types of Standard Schema, nothing else.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Domain code is pure.' },
        { name: 'setTimeout', message: 'Domain code is pure.' },
        { name: 'fetch', message: 'Domain code is pure.' },
        { name: 'crypto', message: 'Ids arrive as arguments.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        {
          selector: 'ExportAllDeclaration',
          message: 'Re-export by name, so that a reader sees what is public.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time arrives as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time arrives as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Domain code is pure.',
        },
        { selector: 'Decorator', message: 'Functions, not decorated classes.' },
      ],
    },
  },
];

/** Tests may use examples from anywhere, and a migration must not change after it ran. */
export const engineKnowsNoDomain = {
  files: ['libs/engine/*/src/**/*.ts'],
  ignores: [...specFiles, '**/*.fixture.ts', '**/migrations/*.ts'],
  plugins: { tidemark: { rules: { 'engine-has-no-word-of-the-domain': engineHasNoWordOfTheDomain } } },
  rules: { 'tidemark/engine-has-no-word-of-the-domain': 'error' },
};

/** These libraries can be used without Nest: that of the event store is a separate entry point (ADR 0046, 0068). */
export const nestStaysInItsEntryPoint = {
  files: ['libs/{engine/event-store,read-models}/src/**/*.ts'],
  ignores: ['libs/**/src/{nestjs,contract-suite}/**', ...specFiles, '**/*.fixture.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          testCode,
          {
            group: ['@nestjs/*', '@tidemark/platform', '@tidemark/event-store/nestjs'],
            message: 'Nest stays in `nestjs/`.',
          },
        ],
      },
    ],
  },
};

/**
 * The fault tests of delivery and the tests of inline projections put the real log behind its port; all other code of
 * these libraries uses only the port.
 */
export const faultTestsKnowTheLog = {
  files: [
    'libs/engine/messaging/src/faults/**/*.{fixture,spec}.ts',
    'libs/engine/projections/src/inline/**/*.{fixture,spec}.ts',
  ],
  rules: {
    '@nx/enforce-module-boundaries': ['error', { ...moduleBoundaries, allow: ['@tidemark/event-store'] }],
  },
};

/** Code that describes and checks a deployment reads the services' configuration and nothing else of them. */
export const deploymentKnowsConfiguration = {
  files: ['tools/src/deployment/**/*.ts'],
  rules: {
    '@nx/enforce-module-boundaries': [
      'error',
      {
        ...moduleBoundaries,
        allow: [
          '@tidemark/platform',
          ...['command-service', 'query-service', 'projection-service', 'process-manager'].map(
            (service) => `${service}/config`,
          ),
          ...['command-service', 'process-manager', 'projection-service'].map(
            (service) => `${service}/migrate`,
          ),
        ],
      },
    ],
  },
};

/** The permissions of a broker user follow from the actions of the broker's clients. */
export const brokerUsersKnowTheTopology = {
  files: ['tools/src/broker-users/**/*.ts'],
  rules: {
    '@nx/enforce-module-boundaries': [
      'error',
      { ...moduleBoundaries, allow: ['@tidemark/contracts', '@tidemark/messaging'] },
    ],
  },
};

/**
 * The projections themselves decide whether the read models are the fold of the log, without the service that runs
 * them.
 */
export const foldTestsKnowTheProjections = {
  files: ['tools/src/e2e/equals-the-fold*.ts', 'tools/src/folds/**/*.ts'],
  rules: {
    '@nx/enforce-module-boundaries': [
      'error',
      {
        ...moduleBoundaries,
        allow: [
          ...['contracts', 'messaging', 'projections', 'read-models'].map((lib) => `@tidemark/${lib}`),
          'projection-service/projections',
        ],
      },
    ],
  },
};

/**
 * These tests compare the outcome of two replicas with the read models and with the books, which know nothing of the
 * commands.
 */
export const interleavingsKnowWhatMustAgree = {
  files: ['apps/command-service/src/interleavings/**/*.fixture.ts'],
  rules: {
    '@nx/enforce-module-boundaries': [
      'error',
      {
        ...moduleBoundaries,
        allow: ['@tidemark/projections', 'projection-service/projections', 'process-manager/books'],
      },
    ],
  },
};

/**
 * The check of the system's books must not share the system's mistakes. So it uses the events' types and none of the
 * system's code.
 */
export const booksKnowContractsAlone = {
  files: ['apps/process-manager/src/books/**/*.fixture.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '^(?!\\./|@tidemark/contracts$)', message: 'The books know only the event contracts.' },
          {
            group: ['@tidemark/contracts'],
            allowTypeImports: true,
            message: 'The books import types alone.',
          },
        ],
      },
    ],
  },
};

/** The rule for libs, which take their configuration as arguments. */
export const environment = {
  object: 'process',
  property: 'env',
  message: 'Libs take their configuration as arguments.',
};

const writesToMongo = [
  ...['insertOne', 'insertMany', 'updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany'],
  ...['bulkWrite', 'findOneAndUpdate', 'findOneAndReplace', 'findOneAndDelete'],
];

/** Only the projections' runner writes read models, with compare-and-set. */
export const readModelsAreWrittenByTheRunner = {
  files: ['apps/{projection,query}-service/src/**/*.ts', 'libs/read-models/src/**/*.ts'],
  ignores: [...specFiles, '**/*.fixture.ts'],
  rules: {
    'no-restricted-properties': [
      'error',
      environment,
      ...writesToMongo.map((property) => ({ property, message: 'Read models are written by the runner.' })),
    ],
  },
};

/** Production code imports no test code. */
export const testingStaysInTests = {
  files: ['libs/**/src/**/*.ts', 'apps/*/src/**/*.ts'],
  ignores: [...specFiles, '**/*.fixture.ts', '**/contract-suite/**', 'libs/test-servers/**'],
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: [testCode] }],
  },
};
