import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { eventually } from '@tidemark/kernel/testing';
import { freePort, isFree } from '../free-port';
import { closed, serverHome, type Host, type Way } from './host';
import { identifyProcess } from './servers/process-identity';
import { writeServerRecord, type ServerRecord } from './servers/server-record';
import { stopServer } from './servers/stop-server';
import type { ServerKind } from './server-ways';

export interface ContainerPlan {
  /** The server's default port. If it is in use, another port is used. */
  readonly port: number;
  /** The variable that `docker-compose.yml` reads the port from. */
  readonly portVariable: string;
  /** Further ports of the server, with their variables. */
  readonly otherPorts?: Readonly<Record<string, number>>;
  readonly urlAt: (port: number) => string;
  readonly hasRabbitmqctl?: boolean;
}

const engineWithinMs = 5_000;
/** The limit is long enough to pull an image. */
const upWithinMs = 300_000;
const answerWithinMs = 30_000;

/** The service of `docker-compose.yml`, if a Docker engine answers. The file names the image and its version. */
export function dockerWay(
  { service, probe }: ServerKind,
  { port: defaultPort, portVariable, otherPorts = {}, urlAt, hasRabbitmqctl }: ContainerPlan,
  host: Host,
): Way {
  return {
    name: 'docker',
    async attempt() {
      const engine = await host.run('docker', ['info', '--format', '{{.ServerVersion}}'], {
        timeoutMs: engineWithinMs,
      });
      if (engine.exitCode !== 0) {
        return closed('no Docker engine answers');
      }
      const environment: Record<string, string> = {};
      for (const [variable, usual] of Object.entries({ ...otherPorts, [portVariable]: defaultPort })) {
        environment[variable] = String((await isFree(usual)) ? usual : await freePort());
      }
      const port = Number(environment[portVariable]);
      // A project name for this checkout: Compose would use the folder's name, which two checkouts may share.
      const compose = [
        'compose',
        '--project-name',
        projectName(host.home),
        '--project-directory',
        host.checkout,
      ];
      const up = await host.run('docker', [...compose, 'up', '--detach', '--wait', service], {
        cwd: host.checkout,
        environment,
        timeoutMs: upWithinMs,
      });
      if (up.exitCode !== 0) {
        return closed(`docker compose up failed: ${lastLine(up.stderr)}`);
      }
      const url = urlAt(port);
      const home = serverHome(host, service);
      const record: ServerRecord = {
        service,
        way: 'docker',
        url,
        isStandIn: false,
        home,
        otherFolders: [],
        processes: [],
        stopSignal: 'SIGTERM',
        stopCommand: {
          command: 'docker',
          args: [...compose, 'rm', '--stop', '--force', ...(host.temporary ? ['--volumes'] : []), service],
          environment,
        },
        ...(hasRabbitmqctl && {
          rabbitmqctl: {
            command: 'docker',
            args: [...compose, 'exec', '-T', service, 'rabbitmqctl'],
            environment,
          },
        }),
        owner: host.temporary ? identifyProcess(process.pid) : undefined,
        keeper: host.keeper,
      };
      await mkdir(home, { recursive: true });
      await writeServerRecord(record);
      try {
        await eventually(() => probe(url), { withinMs: answerWithinMs, everyMs: 200 });
      } catch (cause) {
        await stopServer(record, host.run);
        return closed(`its container does not answer: ${(cause as Error).message}`);
      }
      return {
        outcome: 'found',
        url,
        reason: `a Docker engine answers (${engine.stdout.trim()}), so a container was started`,
        rabbitmqctl: record.rabbitmqctl,
        started: record,
      };
    },
  };
}

function projectName(home: string): string {
  return `tidemark-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
