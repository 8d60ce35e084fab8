import { Fault } from '@tidemark/kernel';
import { PinoLogger } from 'nestjs-pino';
import { Writable } from 'node:stream';
import { describeError } from './describe-error';
import { createLogger, loggerParams } from './logging';

class ProviderTimeoutError extends Fault {
  readonly code = 'provider_timeout';
  readonly retryable = true;
  readonly timeoutMs = 2_000;
  readonly request = { card: 'tok_ok' };
}

describe('describeError', () => {
  it('shows the fields of our own faults, and their causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', hidden: 'x' });
    expect(describeError(new ProviderTimeoutError('no answer', { cause }))).toEqual({
      type: 'ProviderTimeoutError',
      message: 'no answer',
      code: 'provider_timeout',
      retryable: true,
      timeoutMs: 2_000,
      stack: expect.stringContaining('no answer') as string,
      cause: {
        type: 'Error',
        message: 'connect ECONNREFUSED',
        code: 'ECONNREFUSED',
        stack: expect.any(String) as string,
      },
    });
  });

  it('shows every part of an AggregateError', () => {
    expect(describeError(new AggregateError([new Error('first'), 'second']))).toMatchObject({
      type: 'AggregateError',
      errors: [{ message: 'first' }, { message: 'second' }],
    });
  });

  it.each<[unknown, unknown]>([
    ['broken', { message: 'broken' }],
    [undefined, { message: 'undefined' }],
    [
      { message: 'broken', code: 7, document: {} },
      { message: 'broken', code: 7 },
    ],
  ])('shows %j, which is not an error', (thrown, told) => {
    expect(describeError(thrown)).toEqual(told);
  });

  it('is used by the service’s own logger and by Nest’s', () => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk: Buffer, _, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const logger = createLogger('sample', 'info', destination);
    const error = Object.assign(new Error('failed'), { detail: 'ada@example.com' });
    logger.error({ err: error }, 'own');
    new PinoLogger(loggerParams(logger)).error({ err: error }, 'Nest’s');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toContain('"type":"Error","message":"failed"');
      expect(line).not.toContain('ada@example.com');
    }
  });
});
