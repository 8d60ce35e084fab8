import { Controller, Get, Module } from '@nestjs/common';
import { SignJWT, UnsecuredJWT } from 'jose';
import {
  bearer,
  sampleConfig,
  startSample,
  tokenFor,
  type SampleService,
} from '../fixture/sample-service.fixture';
import { createService } from '../service/create-service';
import { hasRole, mayActForCustomer, type Caller, type Role } from './caller';
import { Public } from './route-access';

const THING = '3f1c0d6e-58a4-4a7e-9c55-0a4d3a1f2b3c';

describe('tokens of the local key', () => {
  let sample: SampleService;
  beforeAll(async () => {
    sample = await startSample({ RATE_LIMIT_PER_SECOND: '1', RATE_LIMIT_BURST: '2' });
  });
  afterAll(() => sample.app.close());

  const get = (url: string, authorization?: string) =>
    sample.app.inject({ method: 'GET', url, headers: authorization === undefined ? {} : { authorization } });
  const status = async (authorization?: string) => (await get('/v1/things', authorization)).statusCode;

  it('are accepted if they are valid', async () => {
    expect(await status(await bearer('operator'))).toBe(200);
    expect(await status((await bearer('operator')).replace('Bearer', 'bearer'))).toBe(200);
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, () => Promise<string> | string]>([
    ['is expired', () => bearer('operator', { exp: now - 60 })],
    ['has no expiry', () => bearer('operator', { exp: undefined })],
    ['is not valid yet', () => bearer('operator', { nbf: now + 60 })],
    ['is of another issuer', () => bearer('operator', { iss: 'other' })],
    ['has no issuer', () => bearer('operator', { iss: undefined })],
    ['is for another audience', () => bearer('operator', { aud: ['other'] })],
    ['has no subject', () => bearer('operator', { sub: undefined })],
    ['has an empty subject', () => bearer('operator', { sub: '' })],
    ['has a subject with a line break', () => bearer('operator', { sub: 'a\nb' })],
    ['has no roles', () => bearer('operator', { roles: undefined })],
    ['has roles that are not a list', () => bearer('operator', { roles: 'operator' })],
    ['has a customer that is not an identifier', () => bearer('customer', { customer_id: 'a b' })],
    ['is signed by another key', async () => `Bearer ${await tokenFor('operator', {}, Buffer.alloc(32, 8))}`],
    ['is cut', async () => (await bearer('operator')).slice(0, -2)],
    ['is changed', async () => withOtherRole(await bearer('customer'))],
    [
      'is not signed',
      () =>
        `Bearer ${new UnsecuredJWT({ sub: 's', roles: ['admin'], iss: 'tidemark-local', aud: 'tidemark', exp: now + 60 }).encode()}`,
    ],
    [
      'is signed by another algorithm',
      async () =>
        `Bearer ${await new SignJWT({ sub: 's', roles: ['admin'], iss: 'tidemark-local', aud: 'tidemark', exp: now + 60 }).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.alloc(64, 7))}`,
    ],
    ['is not a token', () => 'Bearer abc'],
    ['is missing', () => 'Bearer '],
    ['is of another scheme', () => 'Basic YTpi'],
  ])('are refused if the token %s', async (_, authorization) => {
    const answer = await get('/v1/things', await authorization());

    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('are required, even for HEAD', async () => {
    expect((await sample.app.inject({ method: 'HEAD', url: '/v1/things' })).statusCode).toBe(401);
    expect((await get('/v1/things')).headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    ['customer', 200, 403],
    ['operator', 200, 403],
    ['service', 200, 403],
    ['admin', 200, 200],
    ['visitor', 403, 403],
  ])('with role %s open the routes of the role', async (role, list, read) => {
    const authorization = await bearer(role, { sub: `roles-${role}` });

    expect((await get('/v1/things', authorization)).statusCode).toBe(list);
    expect((await get(`/v1/things/${THING}`, authorization)).statusCode).toBe(read);
  });

  it('are not required for a public route', async () => {
    expect((await get('/v1/open')).json()).toEqual({ open: true });
  });

  it('of customers are limited to a rate, separately for each subject', async () => {
    const first = await bearer('customer', { sub: 'eager' });
    const answers = [
      await get('/v1/things', first),
      await get('/v1/things', first),
      await get('/v1/things', first),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(answers[2]!.json()).toMatchObject({ code: 'rate_limited' });
    expect(answers[2]!.headers['retry-after']).toBe('1');
    expect(await status(await bearer('customer', { sub: 'calm' }))).toBe(200);

    const operator = await bearer('operator', { sub: 'eager' });
    expect([await status(operator), await status(operator), await status(operator)]).toEqual([200, 200, 200]);
  });

  it('get 429 if too many of one address were refused, and valid tokens of that address still pass', async () => {
    const flooded = await startSample({ REFUSAL_LIMIT_PER_SECOND: '1', REFUSAL_LIMIT_BURST: '3' });
    try {
      const from = async (remoteAddress: string, authorization: string) =>
        flooded.app.inject({
          method: 'GET',
          url: `/v1/things/${THING}`,
          remoteAddress,
          headers: { authorization },
        });
      const [broken, visitor] = ['Bearer x.y.z', await bearer('visitor')];
      const flood = [];
      // On a slow machine, the rate lets a few more through.
      for (let n = 0; n < 100 && flood.at(-1)?.statusCode !== 429; n += 1) {
        flood.push(await from('192.0.2.1', n % 2 === 0 ? broken : visitor));
      }

      expect(flood.slice(0, 3).map(({ statusCode }) => statusCode)).toEqual([401, 403, 401]);
      expect(flood.at(-1)!.json()).toMatchObject({ status: 429, code: 'rate_limited' });
      expect(flood.at(-1)!.headers['retry-after']).toBe('1');
      expect((await from('192.0.2.1', await bearer('admin'))).statusCode).toBe(200);
      expect((await from('192.0.2.2', broken)).statusCode).toBe(401);
    } finally {
      await flooded.app.close();
    }
  });

  it('never reach the log', async () => {
    const authorization = await bearer('operator');
    await get('/v1/things?customerId=anna', authorization);

    const log = JSON.stringify(sample.log);
    expect(log).toContain('local-operator');
    expect(log).not.toContain(authorization.slice(-20));
    expect(log).not.toContain('anna');
  });
});

function withOtherRole(authorization: string): string {
  const [header, payload, signature] = authorization.split('.');
  const claims = Buffer.from(payload!, 'base64url').toString().replace('["customer"]', '["admin"]');
  return [header, Buffer.from(claims).toString('base64url'), signature].join('.');
}

describe('roles', () => {
  const caller = (role: Role, customerId?: string): Caller => ({
    subject: 's',
    roles: [role],
    ...(customerId === undefined ? {} : { customerId }),
  });

  it.each<[Role, Role[]]>([
    ['customer', ['customer']],
    ['operator', ['operator']],
    ['service', ['operator', 'service']],
    ['admin', ['customer', 'operator', 'service', 'admin']],
  ])('%s may act as %p', (role, may) => {
    expect(
      (['customer', 'operator', 'service', 'admin'] as const).filter((as) => hasRole(caller(role), as)),
    ).toEqual(may);
  });

  it('customers act for themselves, and all other roles act for every customer', () => {
    expect(mayActForCustomer(caller('customer', 'C1'), 'C1')).toBe(true);
    expect(mayActForCustomer(caller('customer', 'C1'), 'C2')).toBe(false);
    expect(mayActForCustomer(caller('customer'), 'C1')).toBe(false);
    for (const role of ['operator', 'service', 'admin'] as const) {
      expect(mayActForCustomer(caller(role), 'C1')).toBe(true);
    }
  });
});

describe('a route that does not declare its callers', () => {
  @Controller()
  class ForgetfulController {
    @Get('v1/forgotten')
    forgotten(): string {
      return 'anybody';
    }
  }

  @Controller()
  class AdminController {
    @Get('admin')
    @Public()
    index(): string {
      return 'public on purpose';
    }
  }

  const start = async (controller: typeof ForgetfulController | typeof AdminController) => {
    @Module({ controllers: [controller] })
    class OneControllerModule {}
    const app = await createService({
      name: 'sample-service',
      description: 'A sample.',
      config: sampleConfig({ LOG_LEVEL: 'silent' }),
      module: () => OneControllerModule,
    });
    try {
      await app.init();
    } finally {
      await app.close();
    }
  };

  it('makes the start fail', async () => {
    await expect(start(ForgetfulController)).rejects.toThrow(
      'GET /v1/forgotten needs either @Roles(…) or @Public()',
    );
  });

  it('does not make the start fail once it declares them', async () => {
    await expect(start(AdminController)).resolves.toBeUndefined();
  });
});
