import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../free-port';
import { findExecutable } from '../find-executable';
import { serverHome, type Host } from '../host';
import { launchServer } from '../servers/launch-server';
import type { ServerRecord } from '../servers/server-record';
import { probeRabbitmq } from './probe-rabbitmq';

/**
 * Debian wraps the programs in a script that only admits root and the user `rabbitmq`. The programs themselves run as
 * any user.
 */
const programFolders = ['/usr/lib/rabbitmq/bin'];

/** The server's own program; undefined when it is not installed. */
export function findRabbitmqServer({ environment }: Host): Promise<string | undefined> {
  return findExecutable('rabbitmq-server', environment, programFolders);
}

/** Starts a separate node, which shares no name, port, cookie or data with other nodes on the host. */
export async function startRabbitmq(program: string, host: Host): Promise<ServerRecord> {
  const home = serverHome(host, 'rabbitmq');
  await mkdir(join(home, 'data'), { recursive: true });
  const [port, distributionPort, mapperPort] = [await freePort(), await freePort(), await freePort()];
  const paths = await writeConfiguration(home, port);
  const node = `tidemark@localhost`;
  const environment = {
    // Erlang keeps its cookie in the home folder.
    HOME: home,
    ERL_EPMD_PORT: String(mapperPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: node,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_PID_FILE: join(home, 'rabbitmq.pid'),
    RABBITMQ_CONFIG_FILE: paths.configuration,
    RABBITMQ_CONF_ENV_FILE: paths.environment,
    RABBITMQ_ENABLED_PLUGINS_FILE: paths.plugins,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // With this, the script becomes the server instead of waiting for it, so that signals reach the server.
    RABBITMQ_ALLOW_INPUT: 'true',
  };
  const mapper = await findExecutable('epmd', host.environment);
  const control = await findExecutable('rabbitmqctl', host.environment, programFolders);
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  return launchServer(
    {
      service: 'rabbitmq',
      way: 'binary',
      url,
      command: program,
      args: ['-noinput'],
      environment,
      stopSignal: 'SIGTERM',
      // By default, Erlang would start its port mapper as a daemon that nothing ends.
      companions: mapper
        ? [{ command: mapper, args: ['-port', String(mapperPort), '-address', '127.0.0.1'] }]
        : [],
      rabbitmqctl: control ? { command: control, args: ['--node', node], environment } : undefined,
      probe: () => probeRabbitmq(url),
    },
    host,
  );
}

async function writeConfiguration(home: string, port: number) {
  const paths = {
    configuration: join(home, 'rabbitmq.conf'),
    environment: join(home, 'rabbitmq-env.conf'),
    plugins: join(home, 'enabled_plugins'),
  };
  await writeFile(
    paths.configuration,
    [`listeners.tcp.local = 127.0.0.1:${port}`, 'log.console = true', 'log.file = false', ''].join('\n'),
  );
  // An empty file, so that the host's own file is not read.
  await writeFile(paths.environment, '');
  await writeFile(paths.plugins, '[].\n');
  return paths;
}
