import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies: Versions;
  readonly devDependencies?: Versions;
}

/** The same application on one of the compared libraries. */
export interface BankContender {
  readonly name: string;
  /** Its `src`, and the folder's `tsconfig.json` or that of the folder above. Absolute. */
  readonly folder: string;
  readonly tsconfig: string;
  readonly store: 'postgres' | 'mongodb';
  readonly dependencies: Versions;
}

const read = (path: string) => JSON.parse(readFileSync(join(checkoutRoot, path), 'utf8')) as Manifest;
const example = 'examples/bank';

const { devDependencies = {} } = read(`${example}/package.json`);

/** What compiles and runs a bank, without what tests it. It is the same for every contender. */
export const developmentDependencies: Versions = Object.fromEntries(
  ['@types/node', 'tsx', 'typescript'].map((name) => [name, devDependencies[name]!]),
);

const pinned = {
  ...read('benchmarks/package.json').dependencies,
  ...read('benchmarks/bank/package.json').dependencies,
};
const peers = join(checkoutRoot, 'benchmarks/bank');

/** @param packages what the bank imports, and the peer dependencies that npm would install in any version */
function peer(name: string, store: BankContender['store'], packages: readonly string[]): BankContender {
  return {
    name,
    folder: join(peers, name),
    tsconfig: join(peers, 'tsconfig.json'),
    store,
    dependencies: Object.fromEntries(packages.map((each) => [each, pinned[each]!])),
  };
}

export const contenders: readonly BankContender[] = [
  {
    name: 'tidemark',
    folder: join(checkoutRoot, example),
    tsconfig: join(checkoutRoot, example, 'tsconfig.json'),
    store: 'postgres',
    dependencies: read(`${example}/package.json`).dependencies,
  },
  peer('emmett', 'postgres', [
    '@event-driven-io/emmett',
    '@event-driven-io/emmett-postgresql',
    '@event-driven-io/pongo',
    'fastify',
  ]),
  peer('castore', 'postgres', [
    '@castore/core',
    '@castore/event-storage-adapter-postgres',
    '@castore/message-bus-adapter-in-memory',
    'fastify',
  ]),
  peer('ocoda', 'mongodb', [
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/platform-fastify',
    '@ocoda/event-sourcing',
    'mongodb',
    'reflect-metadata',
    'rxjs',
  ]),
];
