import { checkoutRoot, serviceNames } from '@tidemark/test-servers';
import { publishedKeys } from '@tidemark/platform';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerServices } from '../broker-users/broker-users';
import { definitionsOf, passwordHash, type Definitions } from '../broker-users/definitions';
import { composeFiles, servicesIn } from './compose.fixture';

const read = (path: string) => readFileSync(join(checkoutRoot, path), 'utf8');
const oneNode = 'k8s/components/one-node/kustomization.yaml';
const withBroker = ['docker-compose.yml', 'k8s/overlays/local/kustomization.yaml'];
const places = [...withBroker, 'docker-compose.small.yml', 'k8s/overlays/small/kustomization.yaml', oneNode];

describe('the keys for trials', () => {
  it('are exactly the keys that production refuses', () => {
    const found = places.flatMap((path) =>
      [
        ...read(path).matchAll(/(?:(?:AUTH_LOCAL_KEY|ADDRESS_KEY)(?:=|: \$\{\w+:-)|"secret":")([\w-]{43,})/g),
      ].map(([, key]) => key!),
    );

    expect([...new Set(found)].toSorted()).toEqual(publishedKeys.toSorted());
  });

  it.each(composeFiles)('are given only to services whose NODE_ENV is development: %s', (file) => {
    const services = servicesIn(file);
    const verifying = serviceNames.map((name) => services[name]!.environment!);

    expect(verifying.map((environment) => environment['AUTH_LOCAL_KEY'])).not.toContain(undefined);
    expect(verifying.map((environment) => environment['NODE_ENV'])).toEqual(
      verifying.map(() => 'development'),
    );
  });

  it('are given only to pods whose NODE_ENV is development', () => {
    expect(read(oneNode)).toContain('- NODE_ENV=development\n');
    for (const overlay of ['local', 'small']) {
      expect(read(`k8s/overlays/${overlay}/kustomization.yaml`)).toContain('- ../../components/one-node\n');
    }
  });
});

describe("the broker's users for trials", () => {
  const definitions = JSON.parse(read('k8s/overlays/local/rabbitmq-definitions.json')) as Definitions;
  const passwords = (path: string) =>
    new Map(
      [...read(path).matchAll(/amqp:\/\/([\w-]+):([\w-]+)@/g)].map(([, user, password]) => [
        user!,
        password!,
      ]),
    );

  it('have only the permissions that their services need', () => {
    const { permissions } = definitionsOf(
      { vhost: '/', prefix: 'tidemark' },
      brokerServices.map((service) => ({ service, name: service, password: '' })),
    );
    const guest = { user: 'guest', vhost: '/', configure: '.*', write: '.*', read: '.*' };

    expect(definitions.permissions).toEqual([guest, ...permissions]);
    expect(definitions.users.filter(({ tags }) => tags !== '').map(({ name }) => name)).toEqual(['guest']);
  });

  it.each(withBroker)('have the passwords that %s gives the services', (path) => {
    const given = passwords(path);

    expect([...given.keys()].toSorted()).toEqual(brokerServices.toSorted());
    for (const [user, password] of given) {
      const { password_hash } = definitions.users.find(({ name }) => name === user)!;
      const salt = Buffer.from(password_hash, 'base64').subarray(0, 4);
      expect(passwordHash(password, salt)).toBe(password_hash);
    }
  });
});
