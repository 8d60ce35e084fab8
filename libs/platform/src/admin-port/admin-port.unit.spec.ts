import type { RouteOptions } from 'fastify';
import { connect } from 'node:net';
import { bearer, sampleConfig } from '../fixture/sample-service.fixture';
import { sampleModule } from '../fixture/sample-module.fixture';
import { createService } from '../service/create-service';
import { isAdminPath } from './admin-path';
import { AdminPort } from './admin-port';

describe('a service with two ports', () => {
  const routes: RouteOptions[] = [];
  let ports: { readonly public: number; readonly admin: number };
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const app = await createService({
      name: 'sample-service',
      description: 'A sample.',
      config: sampleConfig({ LOG_LEVEL: 'silent' }),
      module: () => sampleModule(),
      configure: (created) => {
        const server = created.getHttpAdapter().getInstance();
        server.addHook('onRoute', (route) => void routes.push(route));
      },
    });
    const adminPort = app.get(AdminPort);
    await app.listen(0, '127.0.0.1');
    await adminPort.listen({ port: 0, host: '127.0.0.1' });
    ports = { public: Number(new URL(await app.getUrl()).port), admin: adminPort.number! };
    stop = () => app.close();
  });
  afterAll(() => stop());

  /** The whole answer to these bytes, whose last request closes the connection. */
  const exchange = (port: number, bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  const statusOf = async (port: number, target: string, headers = '', method = 'GET') => {
    const answer = await exchange(
      port,
      `${method} ${target} HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`,
    );
    return Number(answer.split(' ', 2)[1]);
  };

  it('serves each route on one port, and the descriptions of routes on both ports', async () => {
    const found = new Map<string, string>();
    for (const { method, url } of routes) {
      const target = url.replaceAll(/:\w+/g, 'x').replaceAll('*', 'swagger-ui.css');
      for (const port of ['public', 'admin'] as const) {
        if ((await statusOf(ports[port], target, '', String(method))) !== 404) {
          const route = `${String(method)} ${url}`;
          found.set(route, [found.get(route) ?? [], port].flat().join(' and '));
        }
      }
    }

    const expected = routes
      .filter(({ url }) => !/^\/docs\/LICENSE/.test(url))
      .map(({ method, url }): [string, string] => [
        `${String(method)} ${url}`,
        /^\/(docs|openapi)/.test(url) ? 'public and admin' : isAdminPath(url) ? 'admin' : 'public',
      ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(new Set(found.values())).toEqual(new Set(['public', 'admin', 'public and admin']));
  });

  it.each([
    ['/metrics', ''],
    ['/metrics/', ''],
    ['/metrics?x=1', ''],
    ['/admin/state', ''],
    ['/admin', ''],
    ['/admin/nothing', ''],
    ['//admin/state', ''],
    ['///metrics', ''],
    ['/./admin/state', ''],
    ['/v1/../admin/state', ''],
    ['/v1/..%2fadmin/state', ''],
    ['/ADMIN/state', ''],
    ['/Metrics', ''],
    ['/%61dmin/state', ''],
    ['/%6detrics', ''],
    ['/admin%2fstate', ''],
    ['/admin;x/state', ''],
    ['*admin/state', ''],
    ['http://127.0.0.1/admin/state', ''],
    ['http://admin/metrics', ''],
    ['HTTPS://x:4001/metrics', ''],
    ['/admin/state', 'X-Forwarded-Port: 4001\r\nX-Forwarded-Host: x:4001\r\nX-Forwarded-Prefix: /admin\r\n'],
    ['/metrics', 'Forwarded: host="x:4001"\r\nX-Forwarded-For: 127.0.0.1\r\n'],
    ['/v1/open/nothing', 'X-Original-URL: /admin/state\r\nX-Rewrite-URL: /metrics\r\n'],
  ])('does not serve %s on the public port, with headers %j', async (target, headers) => {
    const token = `Authorization: ${await bearer('admin')}\r\n`;
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      expect([400, 404]).toContain(await statusOf(ports.public, target, `${headers}${token}`, method));
    }
  });

  it.each(['/metrics', '/admin/state', '/admin/nothing', '/admin'])(
    'answers 404 on the public port for %s, even without a token',
    async (target) => {
      expect(await statusOf(ports.public, target)).toBe(404);
    },
  );

  it('does not serve a request on the public port that names the admin port as its host', async () => {
    const request = (host: string) => `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

    for (const host of [`127.0.0.1:${ports.admin}`, 'admin', 'localhost']) {
      expect(await exchange(ports.public, request(host))).toMatch(/^HTTP\/1\.1 404 [^]*"code":"not_found"/);
      expect(await exchange(ports.admin, request(host))).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it('gives each request of a kept connection the same port', async () => {
    const twice = (target: string) =>
      `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\nGET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

    expect((await exchange(ports.public, twice('/metrics'))).match(/HTTP\/1\.1 404/g)).toHaveLength(2);
    expect((await exchange(ports.admin, twice('/metrics'))).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it('applies the same rules to callers of both ports', async () => {
    const token = async (role: string) => `Authorization: ${await bearer(role)}\r\n`;

    expect(await statusOf(ports.admin, '/admin/state')).toBe(401);
    expect(await statusOf(ports.admin, '/admin/nothing')).toBe(401);
    expect(await statusOf(ports.admin, '/admin/state', await token('customer'))).toBe(403);
    expect(await statusOf(ports.admin, '/admin/state?x=1', await token('operator'))).toBe(400);
    expect(await statusOf(ports.admin, '/admin/state', await token('operator'))).toBe(200);
    expect(await statusOf(ports.admin, '/v1/things', await token('admin'))).toBe(404);
    expect(await exchange(ports.admin, 'NONSENSE\r\n\r\n')).toMatch(/"code":"malformed_request"/);
  });
});
