import { databaseLogins } from '@tidemark/platform';
import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The settings of the migrations that grant a login its group roles, by the service and its setting. */
const grants = {
  'command-service DATABASE_URL': ['EVENT_STORE_WRITER_LOGINS'],
  'command-service PAYMENT_PROVIDER_DATABASE_URL': ['PAYMENT_PROVIDER_LOGINS'],
  'query-service EVENT_STORE_DATABASE_URL': ['EVENT_STORE_READER_LOGINS'],
  'projection-service EVENT_STORE_DATABASE_URL': ['EVENT_STORE_READER_LOGINS'],
  'process-manager DATABASE_URL': ['EVENT_STORE_READER_LOGINS', 'PROCESS_MANAGER_LOGINS'],
  'process-manager EVENT_STORE_DATABASE_URL': ['EVENT_STORE_READER_LOGINS', 'PROCESS_MANAGER_LOGINS'],
  'ctl EVENT_STORE_DATABASE_URL': ['EVENT_STORE_READER_LOGINS'],
};
const ofQueries = ['EVENT_STORE_READER_LOGINS', 'READ_MODELS_READER_LOGINS'];
const ofProjections = ['EVENT_STORE_READER_LOGINS', 'READ_MODELS_WRITER_LOGINS'];
const ofProcesses = ['COMMAND_QUEUE_SENDER_LOGINS', 'EVENT_STORE_READER_LOGINS', 'PROCESS_MANAGER_LOGINS'];
const onPostgresAlone = {
  ...grants,
  'command-service DATABASE_URL': ['COMMAND_QUEUE_RECEIVER_LOGINS', 'EVENT_STORE_WRITER_LOGINS'],
  'query-service EVENT_STORE_DATABASE_URL': ofQueries,
  'query-service READ_STORE_DATABASE_URL': ofQueries,
  'projection-service EVENT_STORE_DATABASE_URL': ofProjections,
  'projection-service READ_STORE_DATABASE_URL': ofProjections,
  'process-manager DATABASE_URL': ofProcesses,
  'process-manager EVENT_STORE_DATABASE_URL': ofProcesses,
};

const oneNode = 'k8s/components/one-node/kustomization.yaml';
const installations: readonly (readonly [Readonly<Record<string, readonly string[]>>, ...string[]])[] = [
  [grants, 'docker-compose.yml'],
  [onPostgresAlone, 'docker-compose.small.yml'],
  [grants, 'k8s/overlays/local/kustomization.yaml', oneNode],
  [onPostgresAlone, 'k8s/overlays/small/kustomization.yaml', oneNode],
];

describe.each(installations.map(([rights, ...paths]) => ({ rights, paths })))(
  'the database users in $paths',
  ({ rights, paths }) => {
    const text = paths.map((path) => readFileSync(join(checkoutRoot, path), 'utf8')).join('');
    const granted = [...text.matchAll(/(\w+_LOGINS)[=:] ?(\S+)/g)].flatMap(([, setting, logins]) =>
      databaseLogins()
        .parse(logins)!
        .current()
        .map((login) => ({ setting: setting!, ...login })),
    );
    /** Each is under the name of its service, two lines or more above it. */
    const used = [...text.matchAll(/\b(\w*DATABASE_URL)[=:] ?(postgres:\S+)/g)].map(
      ({ index, 1: setting, 2: url }) => {
        const [, service] = [...text.slice(0, index).matchAll(/^ {2}(?:- name: )?([\w-]+):?$/gm)].at(-1)!;
        return { use: `${service} ${setting}`, url: new URL(url!) };
      },
    );

    it('are a login of its own for each service, with the rights that it needs', () => {
      const services = used.filter(({ use }) => !use.endsWith(' MIGRATION_DATABASE_URL'));

      expect(services.map(({ use }) => use).toSorted()).toEqual(Object.keys(rights).toSorted());
      for (const { use, url } of services) {
        const own = granted.filter(({ name }) => name === url.username);
        expect([use, own.map(({ setting }) => setting).toSorted()]).toEqual([use, rights[use]]);
        expect(own.map(({ password }) => password)).toEqual(own.map(() => url.password));
        // With `-c role=…`, a RESET ROLE would give back all rights of the login.
        expect(url.search).toBe('');
      }
      const users = new Set(services.map(({ url }) => url.username));
      expect(users.size).toBe(6);
      expect([...users]).toEqual(expect.arrayContaining(granted.map(({ name }) => name)));
    });

    it('are an administrator only for migrations', () => {
      expect(
        used.filter(({ url }) => url.username === 'postgres').map(({ use }) => use.split(' ')[1]),
      ).toEqual(['MIGRATION_DATABASE_URL']);
    });
  },
);
