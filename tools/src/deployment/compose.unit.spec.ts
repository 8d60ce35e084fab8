import { defaultAdminPorts, defaultPorts, serviceNames } from '@tidemark/test-servers';
import { byDefault, composeFiles, isOurs, servicesIn, type ComposeService } from './compose.fixture';
import { connectionsOf, otherConnections, sum } from './connections.fixture';
import { dockerfileStages } from './dockerfile.fixture';
import { configLoaders, migrationSettings, migrationsOf, serviceSettings } from './service-settings';

function interpolated(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, byDefault(value)]));
}

describe.each(composeFiles)('%s', (file) => {
  const services = servicesIn(file);
  const ours = Object.entries(services).filter(([, service]) => isOurs(service));
  const stores = Object.entries(services).filter(([, service]) => !isOurs(service));
  const migrations = ours.filter(([name]) => name.startsWith('migrate-'));

  it.each(serviceNames)('gives %s a valid configuration, and no variable that it does not read', (name) => {
    const { environment = {}, build, ports } = services[name]!;

    expect(() => configLoaders[name](interpolated(environment))).not.toThrow();
    expect(serviceSettings[name].map((setting) => setting.name)).toEqual(
      expect.arrayContaining(Object.keys(environment)),
    );
    expect(build!.target).toBe(name);
    expect(ports).toEqual(
      [defaultPorts[name], defaultAdminPorts[name]].map((port) => `127.0.0.1:${port}:${port}`),
    );
  });

  it.each(ours)('lets %s do nothing but its work', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('builds each image for one service, and pulls none that it builds', () => {
    const built = ours.filter(([, { build }]) => build !== undefined);

    expect(built.map(([name]) => name).toSorted()).toEqual([...serviceNames, 'ctl'].toSorted());
    for (const [name, { image, build, pull_policy: pullPolicy }] of built) {
      expect(build!.target).toBe(name);
      expect(dockerfileStages().has(name)).toBe(true);
      expect(byDefault(image)).toBe(`tidemark/${name}:local`);
      expect(byDefault(pullPolicy!)).toBe('build');
    }
    // They wait for the image that another service builds or pulls.
    for (const [, { image, pull_policy: pullPolicy }] of migrations) {
      expect(built.map(([, service]) => service.image)).toContain(image);
      expect(pullPolicy).toBe('never');
    }
  });

  it('migrates with the programs of the images', () => {
    const readStore = services['mongodb'] ? 'mongodb' : 'postgres';
    expect(migrations.map(([, { command }]) => command![1])).toEqual(migrationsOf(readStore));
    for (const [, { command, image, environment }] of migrations) {
      expect(command![1]).toMatch(new RegExp(`^apps/${/\/([\w-]+):/.exec(image)![1]}/`));
      expect(migrationSettings[command![1]!]!.map(({ name }) => name)).toEqual(
        expect.arrayContaining(Object.keys(environment!)),
      );
    }
  });

  it.each(stores)('runs %s by version, and starts it again', (_, store) => {
    expect(store.image).toMatch(/^[a-z]+:\d+\.\d+/);
    expect(store.restart).toBe('unless-stopped');
  });

  it('checks often that a container is ready, and rarely that it still is', () => {
    const checks = Object.entries(services).flatMap(([name, { healthcheck }]) =>
      healthcheck ? [{ name, ...healthcheck }] : [],
    );

    expect(checks.map(({ name }) => name).toSorted()).toEqual(
      [...stores.map(([name]) => name), ...serviceNames].toSorted(),
    );
    for (const check of checks) {
      expect(check).toMatchObject({ start_interval: '2s', interval: '30s', test: expect.any(Array) });
    }
  });

  it('has a Postgres that admits the pools of all services', () => {
    const needed = serviceNames.map((name) =>
      connectionsOf(name, new Map(Object.entries(services[name]!.environment!))),
    );
    const [, admitted = 'none'] =
      /max_connections=(\d+)/.exec(services['postgres']!.command!.join(' ')) ?? [];

    expect(Number(admitted)).toBeGreaterThanOrEqual(sum(needed) + otherConnections);
  });

  it('starts services after everything that they need', () => {
    for (const name of serviceNames) {
      const conditions = Object.entries(services[name]!.depends_on!);

      expect(conditions.map(([needed]) => needed)).toEqual([
        ...stores.map(([needed]) => needed),
        ...migrations.map(([needed]) => needed),
      ]);
    }
  });
});

describe('docker-compose.small.yml', () => {
  const full = servicesIn('docker-compose.yml');
  const small = servicesIn('docker-compose.small.yml');

  it('runs Postgres, the four services and the command line, and nothing else', () => {
    const lasting = Object.keys(small).filter((name) => !name.startsWith('migrate-'));
    expect(lasting.toSorted()).toEqual(['ctl', 'postgres', ...serviceNames].toSorted());
  });

  it('has what docker-compose.yml has, except the addresses of the stores and the logins of the queue', () => {
    const shared = Object.keys(small).filter((name) => full[name] !== undefined);
    const withoutStores = ({ environment = {}, depends_on: _, ...service }: ComposeService) => ({
      ...service,
      environment: Object.fromEntries(
        Object.entries(environment).filter(
          ([name]) => !/^(AMQP|MONGODB|READ_STORE_DATABASE)_URL$|^COMMAND_QUEUE_/.test(name),
        ),
      ),
    });

    expect(shared).toHaveLength(Object.keys(small).length - 1);
    for (const name of shared) {
      expect([name, withoutStores(small[name]!)]).toEqual([name, withoutStores(full[name]!)]);
    }
  });
});
