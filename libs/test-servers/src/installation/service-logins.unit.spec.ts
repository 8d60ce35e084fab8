import { loginSettings, postgresUrlAs, serviceLogins } from './service-logins';

const url = 'postgresql://postgres:secret@db:6543/mine?sslmode=require';

describe('the logins of an installation', () => {
  it('are named after its database, and have passwords of their own', () => {
    const logins = serviceLogins(url);

    expect(logins['process-manager'].name).toBe('mine_process-manager');
    expect(new Set(Object.values(logins).map(({ password }) => password)).size).toBe(5);
    expect(serviceLogins(url)).toEqual(logins);
    expect(serviceLogins(url.replace('secret', 'other'))['query-service'].password).not.toBe(
      logins['query-service'].password,
    );
  });

  it('are made by the migrations with the password that the services have', () => {
    const { name, password } = serviceLogins(url)['command-service'];

    expect(loginSettings(url)['EVENT_STORE_WRITER_LOGINS']).toBe(`${name}:${password}`);
  });

  it.each([
    [url, 'postgresql://a%40b:p%2Fw@db:6543/mine?sslmode=require'],
    [
      'postgresql:///mine?host=/run/postgresql',
      'postgresql:///mine?host=%2Frun%2Fpostgresql&user=a%40b&password=p%2Fw',
    ],
  ])('replace the user of %s', (from, to) => {
    expect(postgresUrlAs(from, { name: 'a@b', password: 'p/w' })).toBe(to);
  });
});
