import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import {
  booksKnowContractsAlone,
  brokerUsersKnowTheTopology,
  deploymentKnowsConfiguration,
  engineKnowsNoDomain,
  environment,
  faultTestsKnowTheLog,
  foldTestsKnowTheProjections,
  interleavingsKnowWhatMustAgree,
  moduleBoundaries,
  nestStaysInItsEntryPoint,
  pureCode,
  readModelsAreWrittenByTheRunner,
  testingStaysInTests,
} from './eslint/architecture.mjs';

// Without a current project graph, the boundaries rule silently skips every file.
await createProjectGraphAsync({ exitOnError: true });

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.tidemark/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', moduleBoundaries],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      // Prettier wraps code, but no comments.
      'max-len': ['error', { code: Infinity, comments: 120, ignoreUrls: true }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        {
          selector: 'ExportAllDeclaration',
          message: 'Re-export by name, so that a reader sees what is public.',
        },
        {
          selector:
            'Program:has(ImportSpecifier[imported.name="PaymentProvider"]) ' +
            'CallExpression[callee.property.name="execute"][callee.object.property.name="executor"]',
          message: 'A decision that asks the payment provider must run through executeAsking (ADR 0009).',
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }] },
  },
  // Written by `npm run -s client:types`.
  { files: ['libs/client/src/api/*.ts'], rules: { 'max-lines': 'off', 'max-len': 'off' } },
  ...pureCode,
  engineKnowsNoDomain,
  faultTestsKnowTheLog,
  brokerUsersKnowTheTopology,
  deploymentKnowsConfiguration,
  foldTestsKnowTheProjections,
  interleavingsKnowWhatMustAgree,
  booksKnowContractsAlone,
  testingStaysInTests,
  nestStaysInItsEntryPoint,
  {
    files: ['libs/**/src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', environment],
    },
  },
  readModelsAreWrittenByTheRunner,
  // Neither the benchmarks nor the examples are workspaces. npm installs their packages only when one is run.
  { files: ['benchmarks/**/*.ts', 'examples/**/*.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  {
    files: [
      'libs/test-servers/**/*.ts',
      'tools/**/*.ts',
      'libs/cli/src/main.ts',
      'apps/*/src/config.ts',
      'apps/*/src/main.ts',
      'apps/*/src/migrate.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: { module: 'writable', require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
