import { rabbitmqUrlFor } from '../../connections/rabbitmq';
import type { CommandLine } from '../run-command';
import { control } from './control';
import { probeRabbitmq } from './probe-rabbitmq';

export interface Broker {
  readonly url: string;
  /** How to call `rabbitmqctl` for this broker, if that is possible. */
  readonly rabbitmqctl?: CommandLine;
}

/**
 * Creates a virtual host in which the broker's user has all permissions, and returns its URL. Undefined if that is not
 * allowed: not every user may call `rabbitmqctl`, and it may belong to another broker.
 */
export async function createVhost(broker: Broker, name: string): Promise<string | undefined> {
  const user = decodeURIComponent(new URL(broker.url).username) || 'guest';
  const added = await control({ rabbitmqctl: broker.rabbitmqctl }, 'add_vhost', name);
  if (added.exitCode !== 0) {
    return undefined;
  }
  await control(
    { rabbitmqctl: broker.rabbitmqctl },
    'set_permissions',
    '--vhost',
    name,
    user,
    '.*',
    '.*',
    '.*',
  );
  const url = await findVhost(broker, name);
  if (url === undefined) {
    await deleteVhost(broker, name);
  }
  return url;
}

/** The URL of an existing virtual host to which the user has access. */
export async function findVhost(broker: Broker, name: string): Promise<string | undefined> {
  const url = rabbitmqUrlFor(broker.url, name);
  return probeRabbitmq(url).then(
    () => url,
    () => undefined,
  );
}

/** Whether it was deleted. */
export async function deleteVhost(broker: Broker, name: string): Promise<boolean> {
  return (await control({ rabbitmqctl: broker.rabbitmqctl }, 'delete_vhost', name)).exitCode === 0;
}

/** Empty if the user may not list them. */
export async function listVhosts(broker: Broker): Promise<readonly string[]> {
  const { exitCode, stdout } = await control(
    { rabbitmqctl: broker.rabbitmqctl },
    'list_vhosts',
    '--silent',
    'name',
  );
  return exitCode === 0 ? stdout.split('\n').filter(Boolean) : [];
}
