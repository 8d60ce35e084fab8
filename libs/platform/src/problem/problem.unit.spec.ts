import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadRequestException, MethodNotAllowedException } from '@nestjs/common';
import { Fault } from '@tidemark/kernel';
import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';
import { generalProblems } from './general-problems';
import { ProblemException, invalidRequest } from './problem-exception';
import { problemOf } from './problem-of';
import { problemsOf } from './problems';

class SampleFault extends Fault {
  constructor(
    readonly code: string,
    readonly retryable: boolean,
  ) {
    super('relation "secret" does not exist');
  }
}

/**
 * The general codes that the public interface names, by status. The codes of the domain are tested where they are
 * declared.
 */
const published: Record<number, string> = {
  400: 'validation_failed unknown_field malformed_json too_many_values idempotency_key_required',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'concurrent_modification command_in_progress not_parked',
  412: 'version_mismatch',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  417: 'expectation_failed',
  422: 'idempotency_key_reused',
  429: 'rate_limited',
  503: 'store_unavailable read_model_behind',
};

const { problem, refusalProblem, statusOf } = problemsOf({
  order_not_pending: { status: 409, description: 'The order is no longer pending.' },
  product_discontinued: { status: 422, description: 'The product is no longer sold.' },
});

describe('the general problems', () => {
  it.each(Object.entries(published))('answers with %s: %s', (status, codes) => {
    for (const code of codes.split(' ')) {
      expect([code, statusOf(code)]).toEqual([code, Number(status)]);
    }
  });

  it('are exactly the problems that the README names', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| (\d{3}) +\| (.+) \|$/gm)];
    const documented = rows.flatMap(([, status, codes]) =>
      [...codes!.matchAll(/`(\w+)`/g)].map(([, code]) => [code!, Number(status)] as const),
    );

    const general = Object.entries(generalProblems).map(([code, { status }]) => [code, status] as const);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(general));
  });

  it("do not contain the names of an object's inherited properties", () => {
    expect(statusOf('constructor')).toBeUndefined();
  });
});

describe("a service's own problems", () => {
  it('are known besides the general problems', () => {
    expect(statusOf('order_not_pending')).toBe(409);
    expect(problem('order_not_pending')).toMatchObject({
      code: 'order_not_pending',
      message: 'The order is no longer pending.',
    });
    expect(problem('rate_limited', { detail: 'Slower.' })).toMatchObject({ message: 'Slower.' });
  });

  it('must not declare a general problem again', () => {
    expect(() => problemsOf({ not_found: { status: 410, description: 'Gone.' } })).toThrow('not_found');
  });

  it('must be declared, or the code does not compile', () => {
    // @ts-expect-error the code is `order_not_pending`
    expect(() => problem('order_not_pendign')).toThrow(TypeError);
  });
});

describe('refusalProblem', () => {
  const refusal = { code: 'product_discontinued', message: 'P1 is discontinued.' };

  it('takes the status from the table, or from the route', () => {
    expect(refusalProblem(refusal).getStatus()).toBe(422);
    expect(refusalProblem(refusal, { product_discontinued: 409 }).getStatus()).toBe(409);
  });

  it('answers an unpublished code with 422', () => {
    expect(refusalProblem({ code: 'odd', message: 'Odd.' })).toMatchObject({ code: 'odd' });
    expect(refusalProblem({ code: 'odd', message: 'Odd.' }).getStatus()).toBe(422);
  });
});

describe('problemOf', () => {
  const told = (thrown: unknown) => {
    const problem = problemOf(thrown);
    return { status: problem.getStatus(), code: problem.code, headers: problem.headers };
  };

  it.each([
    ['a retryable fault', new SampleFault('connection_lost', true), 503, 'store_unavailable'],
    ['a fault that is not retryable', new SampleFault('log_diverged', false), 500, 'internal_error'],
    ['a fault with a published code', new SampleFault('version_mismatch', false), 412, 'version_mismatch'],
    ['a fault whose code means 503', new SampleFault('read_model_behind', false), 503, 'read_model_behind'],
    ['an error', new Error('secret'), 500, 'internal_error'],
    ['no error', undefined, 500, 'internal_error'],
    ['an exception of Nest', new BadRequestException('secret'), 400, 'validation_failed'],
    ['another one', new MethodNotAllowedException('secret'), 404, 'not_found'],
  ])('shows only the kind of %s', (_, thrown, status, code) => {
    expect(told(thrown)).toMatchObject({ status, code });
    expect(problemOf(thrown).message).not.toContain('secret');
  });

  it('adds Retry-After to a 503', () => {
    expect(told(new SampleFault('connection_lost', true)).headers).toEqual({ 'retry-after': '1' });
    expect(told(new SampleFault('store_unavailable', true)).headers).toEqual({ 'retry-after': '1' });
    expect(told(new SampleFault('version_mismatch', true)).headers).toEqual({});
  });
});

describe('invalidRequest', () => {
  it('has the code unknown_field only if nothing else is wrong', () => {
    const unknown = { path: 'a', code: 'unknown_field', message: 'm' };

    expect(invalidRequest(unknown).code).toBe('unknown_field');
    expect(invalidRequest(unknown, { ...unknown, code: 'min' }).code).toBe('validation_failed');
  });
});

describe('a failing route', () => {
  let sample: SampleService;
  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(() => sample.app.close());

  const fail = async (thrown: unknown) => {
    sample.controls.fault = () => thrown;
    return sample.app.inject({
      method: 'POST',
      url: '/v1/things/fail',
      headers: { authorization: await bearer('operator'), 'x-correlation-id': 'c-1' },
    });
  };

  it('answers with problem details that show no internals', async () => {
    const answer = await fail(new Error('SELECT secret FROM accounts'));

    expect(answer.statusCode).toBe(500);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: 'urn:tidemark:problem:internal_error',
      title: 'Internal error',
      status: 500,
      code: 'internal_error',
      detail: 'The service failed. Find the reason in its log by the correlation id.',
      correlationId: 'c-1',
    });
  });

  it('logs the reason once, under the correlation id', async () => {
    const before = sample.log.length;
    await fail(new Error('SELECT secret FROM accounts'));

    const errors = sample.log.slice(before).filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { correlationId: 'c-1', route: '/v1/things/fail', err: { message: 'SELECT secret FROM accounts' } },
    ]);
  });

  it('does not log the data that a driver attaches to its error', async () => {
    const before = sample.log.length;
    const driverError = Object.assign(new Error('null value in column "position"'), {
      code: '23502',
      column: 'position',
      detail: 'Failing row contains (Customer-C1, {"email": "ada@example.com"}).',
      parameters: ['ada@example.com'],
      writeErrors: [{ op: { customerEmail: 'ada@example.com' } }],
    });
    await fail(new Error('could not append', { cause: driverError }));

    const [entry] = sample.log.slice(before).filter(({ level }) => level === 'error');
    expect(entry).toMatchObject({
      err: {
        message: 'could not append',
        cause: { message: 'null value in column "position"', code: '23502', column: 'position' },
      },
    });
    expect(JSON.stringify(sample.log)).not.toContain('ada@example.com');
  });

  it('answers a refusal with its headers, and logs no error', async () => {
    const before = sample.log.length;
    const answer = await fail(
      new ProblemException(503, 'read_model_behind', 'Not there yet.', { retryAfterSeconds: 2 }),
    );
    expect(answer.headers['retry-after']).toBe('2');

    const conflict = await fail(refusalProblem({ code: 'order_not_pending', message: 'It is paid.' }));
    expect(conflict.json()).toMatchObject({ status: 409, code: 'order_not_pending', detail: 'It is paid.' });
    expect(sample.log.slice(before).filter(({ status }) => status === 409)).toMatchObject([
      { level: 'info' },
    ]);
  });
});
