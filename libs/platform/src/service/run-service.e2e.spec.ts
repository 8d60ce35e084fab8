import { runTypescript } from '@tidemark/test-servers';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LOCAL_KEY, bearer } from '../fixture/sample-service.fixture';

const fixture = (name: string) => join(__dirname, '../fixture', name);
const VALID_ENV = {
  PORT: '0',
  ADMIN_PORT: '0',
  HOST: '127.0.0.1',
  AUTH_LOCAL_KEY: LOCAL_KEY.toString('base64url'),
};

/** A sample service in a process of its own. */
class SampleProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exitCode: Promise<number | null>;
  stderr = '';
  private stdout = '';
  private readonly waiting = new Set<() => void>();

  constructor(env: NodeJS.ProcessEnv) {
    const args = [...runTypescript, fixture('run-sample.fixture.ts')];
    this.child = spawn(process.execPath, args, { env });
    this.exitCode = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.waiting.forEach((check) => check());
    });
  }

  get log(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves to the first log line with this message. */
  logged(message: string): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const line = this.log.find(({ msg }) => msg === message);
        if (line) {
          this.waiting.delete(check);
          resolve(line);
        }
      };
      void this.exitCode.then((code) =>
        reject(new Error(`ended with ${code}: ${this.stderr}${this.stdout}`)),
      );
      this.waiting.add(check);
      check();
    });
  }

  async url(message = 'sample-service is listening'): Promise<string> {
    return String((await this.logged(message))['url']);
  }

  async adminUrl(message = 'sample-service is listening'): Promise<string> {
    return String((await this.logged(message))['adminUrl']);
  }
}

function get(
  url: string,
  headers: Record<string, string> = {},
  agent?: Agent,
): Promise<IncomingMessage & { body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, ...(agent && { agent }) }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () => resolve(Object.assign(answer, { body })));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The server's answer to these bytes until it closes the connection. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

/**
 * Resolves when the server no longer listens. Until then, a connection is answered, or is reset while the server
 * closes.
 */
async function refusedConnections(url: string): Promise<void> {
  const outcome = await get(`${url}/v1/open`).then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (outcome !== 'ECONNREFUSED') {
    await refusedConnections(url);
  }
}

describe('runService', () => {
  const started: SampleProcess[] = [];
  const start = (env: NodeJS.ProcessEnv) => {
    const sample = new SampleProcess(env);
    started.push(sample);
    return sample;
  };
  afterEach(async () => {
    for (const { child, exitCode } of started.splice(0)) {
      child.kill('SIGKILL');
      await exitCode;
    }
  });

  it('drains, finishes the requests in flight, and ends with exit code 0', async () => {
    const sample = start({ ...VALID_ENV, DRAIN_DELAY_MS: '3000', LOG_LEVEL: 'debug' });
    const url = await sample.url();
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    const adminUrl = await sample.adminUrl();
    const slow = get(`${url}/v1/slow`, { authorization: await bearer('operator') }, agent);
    await sample.logged('slow request begun');
    expect((await get(`${url}/health/ready`, {}, agent)).statusCode).toBe(200);
    expect((await get(`${adminUrl}/metrics`, {}, agent)).statusCode).toBe(200);

    sample.child.kill('SIGTERM');
    await sample.logged('draining');
    expect((await get(`${url}/health/ready`, {}, agent)).statusCode).toBe(503);
    expect((await get(`${url}/v1/open`, {}, agent)).statusCode).toBe(200);
    expect((await get(`${adminUrl}/metrics`, {}, agent)).headers.connection).toBe('close');

    await sample.logged('sample module is being destroyed');
    await refusedConnections(url);
    await refusedConnections(adminUrl);
    sample.child.kill('SIGUSR2');

    expect((await slow).body).toBe('{"finished":true}');
    expect(await sample.exitCode).toBe(0);
    expect(sample.log.map(({ msg }) => msg).slice(-3)).toEqual([
      'request completed',
      'sample module has shut down',
      'stopped',
    ]);
  });

  it('cuts off requests that do not finish in time, and ends with exit code 1', async () => {
    const sample = start({ ...VALID_ENV, SHUTDOWN_TIMEOUT_MS: '200' });
    const slow = get(`${await sample.url()}/v1/slow`, { authorization: await bearer('operator') });
    const cutOff = expect(slow).rejects.toMatchObject({ code: 'ECONNRESET' });
    await sample.logged('slow request begun');

    sample.child.kill('SIGINT');

    expect(await sample.exitCode).toBe(1);
    expect(sample.log.at(-1)).toMatchObject({ level: 'fatal', msg: 'shutdown took too long; exiting now' });
    await cutOff;
  });

  it('ends at once at the second signal', async () => {
    const sample = start({ ...VALID_ENV, DRAIN_DELAY_MS: '60000', SHUTDOWN_TIMEOUT_MS: '60000' });
    await sample.url();

    sample.child.kill('SIGTERM');
    await sample.logged('draining');
    sample.child.kill('SIGTERM');

    expect(await sample.exitCode).toBe(1);
  });

  describe('while its modules wait for their dependencies', () => {
    const WAITING = { ...VALID_ENV, WAIT_START: 'yes' };
    const waitingUrl = (sample: SampleProcess) => sample.url('sample-service is starting');

    it('is alive and has started but is not ready, and shows this as a metric as well', async () => {
      const sample = start(WAITING);
      const url = await waitingUrl(sample);

      expect((await get(`${url}/health/live`)).statusCode).toBe(200);
      expect((await get(`${url}/health/startup`)).statusCode).toBe(200);
      const ready = await get(`${url}/health/ready`);
      expect(ready.statusCode).toBe(503);
      expect(JSON.parse(ready.body)).toMatchObject({
        status: 'error',
        details: { starting: { status: 'down' } },
      });
      const { body } = await get(`${await sample.adminUrl('sample-service is starting')}/metrics`);
      expect(body).toMatch(/^tidemark_ready\{service="sample-service"\} 0$/m);
      expect((await get(`${url}/metrics`)).statusCode).toBe(503);
    });

    it('refuses requests', async () => {
      const answer = await get(`${await waitingUrl(start(WAITING))}/v1/open`);

      expect(answer.statusCode).toBe(503);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'retry-after': '1',
      });
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'store_unavailable', status: 503 });
    });

    it('serves at the same addresses as soon as the dependencies are available', async () => {
      const sample = start(WAITING);
      const waiting = await waitingUrl(sample);
      const adminWaiting = await sample.adminUrl('sample-service is starting');
      const agent = new Agent({ keepAlive: true });
      await get(`${waiting}/health/live`, {}, agent);
      await get(`${adminWaiting}/metrics`, {}, agent);

      sample.child.kill('SIGUSR2');

      expect(await sample.url()).toBe(waiting);
      expect(await sample.adminUrl()).toBe(adminWaiting);
      expect((await get(`${waiting}/v1/open`)).statusCode).toBe(200);
      expect((await get(`${adminWaiting}/metrics`)).statusCode).toBe(200);
      agent.destroy();
    });

    it('ends at once at SIGTERM', async () => {
      const sample = start(WAITING);
      await waitingUrl(sample);

      sample.child.kill('SIGTERM');

      expect(await sample.exitCode).toBe(0);
    });
  });

  it('names every fault of the configuration', async () => {
    const sample = start({ ...VALID_ENV, PORT: 'x', LOG_LEVEL: 'loud' });

    expect(await sample.exitCode).toBe(1);
    expect(sample.stderr.trim().split('\n')).toEqual([
      'sample-service cannot start: the configuration is not valid',
      'PORT: expected a whole number from 0 to 65535',
      expect.stringMatching(/^LOG_LEVEL: expected one of /),
    ]);
  });

  it.each(['PORT', 'ADMIN_PORT'])('prints in one line that its %s is in use', async (setting) => {
    const holder = createServer();
    await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
    const { port } = holder.address() as AddressInfo;
    const sample = start({ ...VALID_ENV, [setting]: String(port) });

    const exitCode = await sample.exitCode;
    // The server is closed before anything can fail, because a listening server keeps Jest from ending.
    holder.close();
    expect(exitCode).toBe(1);
    expect(sample.stderr).toBe(`sample-service cannot start: port ${port} is in use\n`);
    expect(sample.log).toEqual([]);
  });

  it('prints the fault of a module in one line', async () => {
    const sample = start({ ...VALID_ENV, FAIL_START: 'start' });

    expect(await sample.exitCode).toBe(1);
    expect(sample.stderr).toBe(
      'sample-service cannot start: cannot connect to the database: connect ECONNREFUSED 127.0.0.1:1\n',
    );
  });

  it.each([
    ['rejection', 'unhandled rejection'],
    ['exception', 'uncaught exception'],
  ])('ends on an unhandled %s', async (how, message) => {
    const sample = start({ ...VALID_ENV, FAIL_LATER: how });
    await sample.url();

    sample.child.kill('SIGUSR2');

    expect(await sample.exitCode).toBe(1);
    expect(sample.log.at(-1)).toMatchObject({ level: 'fatal', msg: message, err: { message: 'forgotten' } });
  });

  it('answers bytes that are not HTTP with problem details', async () => {
    const sample = start(VALID_ENV);
    const { port } = new URL(await sample.url());

    expect(await exchange(Number(port), 'NONSENSE\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n[^]*"code":"malformed_request"/,
    );
    expect(
      await exchange(Number(port), `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431 /);
  });
});
