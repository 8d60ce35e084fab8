import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All packages of Tidemark have one version, and this package is one of them. */
const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

export const dependencies = {
  '@nestjs/common': '^11.0.0',
  '@nestjs/core': '^11.0.0',
  '@nestjs/platform-fastify': '^11.0.0',
  '@tidemark/kernel': version,
  '@tidemark/nestjs': version,
  '@tidemark/process-manager': version,
  '@tidemark/projections': version,
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
  zod: '^4.0.0',
} as const;

export const devDependencies = {
  '@tidemark/nx': version,
  '@types/node': '^20.19.0',
  tsx: '^4.23.0',
  typescript: '^6.0.0',
} as const;

/** What a workspace of Nx has, or has not, by its own choice. */
export const workspaceTools = {
  nx: '^23.2.1',
  prettier: '^3.0.0',
} as const;
