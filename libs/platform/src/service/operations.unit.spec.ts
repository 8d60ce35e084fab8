import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';
import { Metrics } from '../metrics/metrics';
import { isAdminPath } from '../admin-port/admin-path';
import { AdminPort } from '../admin-port/admin-port';
import { injectByPath } from '../admin-port/inject-by-path';
import { DrainState } from '../health/drain-state';

describe('operations', () => {
  let sample: SampleService;
  beforeEach(async () => {
    sample = await startSample({ READINESS_TIMEOUT_MS: '50' });
  });
  afterEach(() => sample.app.close());

  const get = (url: string, headers: Record<string, string> = {}) =>
    injectByPath(sample.app, { method: 'GET', url, headers });
  const status = async (url: string) => (await get(url)).statusCode;

  describe('health', () => {
    const broken = () => Promise.reject(new Error('password authentication failed for user "secret"'));

    it('is ready when every check passes', async () => {
      expect((await get('/health/ready')).json()).toMatchObject({
        status: 'ok',
        details: { accepting: { status: 'up' }, database: { status: 'up' } },
      });
    });

    it('is not ready when a check fails, names the check, and logs the reason once', async () => {
      sample.controls.databaseWorks = broken;
      const answer = await get('/health/ready');
      await get('/health/ready');

      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ status: 'error', error: { database: { status: 'down' } } });
      expect(answer.body).not.toContain('secret');
      expect(sample.log.filter(({ msg }) => msg === 'readiness check failed')).toMatchObject([
        { level: 'warn', check: 'database', err: { message: expect.stringContaining('secret') as unknown } },
      ]);
    });

    it('is not ready when a check does not answer in time', async () => {
      sample.controls.databaseWorks = () => new Promise(() => {});

      expect(await status('/health/ready')).toBe(503);
    });

    it('is ready again when the check passes again', async () => {
      sample.controls.databaseWorks = broken;
      await get('/health/ready');
      sample.controls.databaseWorks = () => Promise.resolve();

      expect(await status('/health/ready')).toBe(200);
    });

    it('stays alive without its database', async () => {
      sample.controls.databaseWorks = broken;

      expect(await status('/health/live')).toBe(200);
    });

    it('has started even without its dependencies, because a probe would end it again and again', async () => {
      sample.controls.databaseWorks = broken;
      sample.controls.brokerWorks = broken;

      expect(await status('/health/startup')).toBe(200);
      expect(await status('/health/ready')).toBe(503);
    });

    it('becomes ready only with a dependency of the start, but stays ready without it, and names it', async () => {
      sample.controls.brokerWorks = broken;
      expect(await status('/health/ready')).toBe(503);
      sample.controls.brokerWorks = () => Promise.resolve();
      expect(await status('/health/ready')).toBe(200);
      sample.controls.brokerWorks = broken;

      const answer = await get('/health/ready');
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({
        status: 'ok',
        details: { database: { status: 'up' }, broker: { status: 'down' } },
      });
      expect(await status('/health/startup')).toBe(200);
    });

    it('is ready without an optional dependency, and names it', async () => {
      sample.controls.commandFault = 'topology_mismatch';
      const answer = await get('/health/ready');
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ status: 'ok', details: { commands: { status: 'down' } } });
      sample.controls.commandFault = undefined;
      expect((await get('/health/ready')).json()).toMatchObject({ details: { commands: { status: 'up' } } });
    });

    it('shows the result of each check as a metric', async () => {
      sample.controls.brokerWorks = broken;
      await get('/health/ready');
      const { body } = await get('/metrics');
      expect(body).toMatch(/^tidemark_readiness_check\{check="database".*\} 1$/m);
      expect(body).toMatch(/^tidemark_readiness_check\{check="broker".*\} 0$/m);
      expect(body).toMatch(/^tidemark_ready\{.*\} 0$/m);
    });

    it('shows its readiness as a metric', async () => {
      const shown = async () => /^tidemark_ready\{.*\} (\d)$/m.exec((await get('/metrics')).body)?.[1];
      await get('/health/ready');
      expect(await shown()).toBe('1');
      sample.controls.brokerWorks = broken;
      await get('/health/ready');
      expect(await shown()).toBe('1');
      sample.app.get(DrainState).startDraining();
      await get('/health/ready');
      expect(await shown()).toBe('0');
    });

    it('is not ready while it drains, but still serves requests', async () => {
      sample.app.get(DrainState).startDraining();

      expect(await status('/health/ready')).toBe(503);
      expect(await status('/health/live')).toBe(200);
      expect(await status('/v1/open')).toBe(200);
    });

    it('accepts no new request while it closes', async () => {
      sample.app.get(DrainState).onModuleDestroy();
      const answer = await get('/v1/open');

      expect(answer.statusCode).toBe(503);
      expect(answer.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
      expect(answer.json()).toMatchObject({ code: 'shutting_down' });
    });
  });

  describe('metrics', () => {
    const countOf = (text: string, route: string, code: number) => {
      const line = text
        .split('\n')
        .filter((candidate) => candidate.startsWith('http_request_duration_seconds_count'))
        .find(
          (candidate) => candidate.includes(`route="${route}"`) && candidate.includes(`status="${code}"`),
        );
      return Number(line?.split(' ').at(-1));
    };

    it('measure requests by the pattern of their route', async () => {
      const authorization = await bearer('operator');
      await get('/v1/things/3f1c0d6e-58a4-4a7e-9c55-0a4d3a1f2b3c', { authorization });
      await get('/nothing-1');
      await get('/nothing-2');
      const { body, headers } = await get('/metrics');

      expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(countOf(body, '/v1/things/:id', 403)).toBe(1);
      expect(countOf(body, 'unmatched', 404)).toBe(2);
      expect(body).not.toContain('nothing-1');
      expect(body).toMatch(/^process_cpu_seconds_total/m);
    });

    it('contain each metric of a module once', async () => {
      const metrics = sample.app.get(Metrics);
      const backlog = { name: 'sample_backlog', help: 'Backlog', labelNames: ['partition'] as const };
      metrics.gauge(backlog).set({ partition: '1' }, 5);
      metrics.gauge(backlog).inc({ partition: '1' });

      expect((await get('/metrics')).body).toContain(
        'sample_backlog{partition="1",service="sample-service"} 6',
      );
    });

    it('belong to one service only', async () => {
      const other = await startSample();
      try {
        other.app.get(Metrics).counter({ name: 'other_total', help: 'Other' }).inc();
        expect((await get('/metrics')).body).not.toContain('other_total');
        expect((await injectByPath(other.app, { url: '/metrics' })).body).toContain('other_total');
      } finally {
        await other.app.close();
      }
    });
  });

  describe('documentation', () => {
    interface OpenApiDocument {
      openapi: string;
      paths: Record<
        string,
        Record<
          string,
          {
            operationId: string;
            summary: string;
            parameters: { name: string }[];
            responses: Record<string, { description: string; headers?: Record<string, unknown> }>;
            security?: unknown;
          }
        >
      >;
      components: { schemas: Record<string, unknown> };
    }

    it('is an OpenAPI 3.1 document of the routes, their refusals and their schemas', async () => {
      const { openapi, paths, components } = (await get('/openapi.json')).json<OpenApiDocument>();
      const create = paths['/v1/things']!.post!;

      expect(openapi).toBe('3.1.0');
      expect(Object.keys(create.responses)).toEqual(
        expect.arrayContaining(['201', '400', '401', '403', '409', '413', '415', '422', '429', '503']),
      );
      expect(create.responses['422']!.description).toContain('unknown_customer');
      expect(create.responses['422']!.description).toContain('idempotency_key_reused');
      expect(create.security).toEqual([{ bearer: [] }]);
      expect(paths['/v1/open']!.get!.security).toBeUndefined();
      expect(components.schemas).toMatchObject({
        MoneyDto: {
          properties: { amount: { type: 'integer', minimum: 0 } },
          required: ['amount', 'currency'],
        },
        AddressDto: { required: ['name', 'line1', 'city', 'postalCode', 'country'] },
        ProblemDto: {
          required: expect.arrayContaining(['code', 'correlationId']) as unknown,
          properties: { errors: { maxItems: 20 }, errorCount: { type: 'integer', minimum: 1 } },
        },
      });
    });

    it('describes the headers of requests and answers', async () => {
      const { paths } = (await get('/openapi.json')).json<OpenApiDocument>();
      const create = paths['/v1/things']!.post!;
      const change = paths['/v1/things/{id}']!.put!;

      expect(create.parameters.map(({ name }) => name).sort()).toEqual([
        'Idempotency-Key',
        'X-Correlation-Id',
      ]);
      expect(Object.keys(create.responses['201']!.headers!)).toEqual([
        'ETag',
        'Consistency-Token',
        'Location',
      ]);
      expect(Object.keys(change.responses['200']!.headers!)).toEqual(['ETag', 'Consistency-Token']);
    });

    it('gives each operation its own name', async () => {
      const { paths } = (await get('/openapi.json')).json<OpenApiDocument>();
      const operations = Object.values(paths).flatMap((path) => Object.values(path));

      expect(paths['/v1/things']!.post).toMatchObject({
        operationId: 'thingsCreate',
        summary: 'Things create',
      });
      expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    });

    it('describes at each port the routes and schemas of that port', async () => {
      const atPublic = (await get('/openapi.json')).json<OpenApiDocument>();
      const answer = await sample.app.get(AdminPort).inject({ url: '/openapi.json' });
      const atAdmin = answer.json<OpenApiDocument>();

      expect(Object.keys(atAdmin.paths).sort()).toEqual(['/admin/state', '/metrics']);
      expect(Object.keys(atAdmin.components.schemas).sort()).toEqual([
        'FieldFaultDto',
        'ProblemDto',
        'StateDto',
      ]);
      expect(atAdmin.paths['/metrics']!.get).toMatchObject({ operationId: 'metrics', summary: 'Metrics' });
      expect(Object.keys(atPublic.paths)).toEqual(expect.arrayContaining(['/health/live', '/v1/things']));
      expect(Object.keys(atPublic.paths).filter(isAdminPath)).toEqual([]);
      expect(atPublic.components.schemas).toHaveProperty('AddressDto');
      expect(atPublic.components.schemas).not.toHaveProperty('StateDto');
    });

    it('can be browsed', async () => {
      const answer = await get('/docs');

      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('swagger-ui');
      expect(await status('/docs/swagger-ui.css')).toBe(200);
    });
  });
});
