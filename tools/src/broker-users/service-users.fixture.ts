import { randomBytes } from 'node:crypto';
import { deleteBrokerUsers, importBrokerDefinitions, testName, type Storage } from '@tidemark/test-servers';
import { brokerServices, type BrokerService } from './broker-users';
import { definitionsOf } from './definitions';

/** A separate user for each service at the tests' broker. */
export interface ServiceUsers {
  /** The URL with which the service connects to the storage's virtual host. */
  readonly urls: Readonly<Record<BrokerService, string>>;
  drop(): Promise<void>;
}

export async function createServiceUsers({
  amqpUrl,
  amqpPrefix: prefix,
}: Required<Pick<Storage, 'amqpUrl' | 'amqpPrefix'>>): Promise<ServiceUsers> {
  const vhost = decodeURIComponent(new URL(amqpUrl).pathname.slice(1)) || '/';
  const users = brokerServices.map((service) => ({
    service,
    name: `${testName()}_${service}`,
    password: randomBytes(12).toString('base64url'),
  }));
  await importBrokerDefinitions(definitionsOf({ vhost, prefix }, users));
  const urlOf = ({ name, password }: { readonly name: string; readonly password: string }) =>
    Object.assign(new URL(amqpUrl), { username: name, password }).href;
  return {
    urls: Object.fromEntries(users.map((user) => [user.service, urlOf(user)])) as ServiceUsers['urls'],
    drop: () => deleteBrokerUsers(users.map(({ name }) => name)),
  };
}
