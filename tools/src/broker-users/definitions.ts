import { createHash, randomBytes } from 'node:crypto';
import { brokerServices, servicePermissions, type BrokerService } from './broker-users';

export interface BrokerPlace {
  readonly vhost: string;
  /** `AMQP_PREFIX` of the services. */
  readonly prefix: string;
}

/** A user with the permissions of a service. By default, it has the service's name. */
export interface BrokerUser {
  readonly service: BrokerService;
  readonly name: string;
  readonly password: string;
}

/** The part of RabbitMQ's definitions that describes users and their permissions. */
export interface Definitions {
  readonly vhosts: readonly { readonly name: string }[];
  readonly users: readonly {
    readonly name: string;
    readonly password_hash: string;
    readonly hashing_algorithm: string;
    readonly tags: string;
  }[];
  readonly permissions: readonly {
    readonly user: string;
    readonly vhost: string;
    readonly configure: string;
    readonly write: string;
    readonly read: string;
  }[];
}

/** The file for `rabbitmqctl import_definitions` and `load_definitions`. It contains a salted hash of each password. */
export function definitionsOf({ vhost, prefix }: BrokerPlace, users: readonly BrokerUser[]): Definitions {
  const permissions = servicePermissions(prefix);
  return {
    vhosts: [{ name: vhost }],
    users: users.map(({ name, password }) => ({
      name,
      password_hash: passwordHash(password),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: '',
    })),
    permissions: users.map(({ service, name }) => ({ user: name, vhost, ...permissions[service] })),
  };
}

/** The same users and permissions, as shell commands. Each `add_user` asks for the password. */
export function commandsOf({ vhost, prefix }: BrokerPlace): string {
  const permissions = servicePermissions(prefix);
  const lines = brokerServices.flatMap((name) => {
    const { configure, write, read } = permissions[name];
    return [
      `rabbitmqctl add_user ${name}`,
      `rabbitmqctl set_permissions --vhost ${quoted(vhost)} ${name} \\`,
      ...[configure, write].map((pattern) => `  ${quoted(pattern)} \\`),
      `  ${quoted(read)}`,
    ];
  });
  return `${[`rabbitmqctl add_vhost ${quoted(vhost)}`, ...lines].join('\n')}\n`;
}

/** RabbitMQ's own format: the salt, then SHA-256 of salt and password, as base64. */
export function passwordHash(password: string, salt: Uint8Array = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
