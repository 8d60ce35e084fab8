import { connect } from 'node:net';
import { eventually } from '@tidemark/test-servers';
import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';
import { Metrics } from '../metrics/metrics';

const UPLOAD =
  'POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n';

describe('the arrival of a request', () => {
  let impatient: SampleService;
  /** No other test's request is counted here, however late a busy machine counts it. */
  let impatientOnce: SampleService;
  let patient: SampleService;
  let authorization: string;

  beforeAll(async () => {
    [impatient, impatientOnce, patient] = await Promise.all([
      startSample({ REQUEST_TIMEOUT_MS: '200' }),
      startSample({ REQUEST_TIMEOUT_MS: '200' }),
      startSample(),
    ]);
    await Promise.all([impatient, impatientOnce, patient].map(({ app }) => app.listen(0, '127.0.0.1')));
    authorization = `Authorization: ${await bearer('operator')}\r\n`;
  });
  afterAll(() => Promise.all([impatient, impatientOnce, patient].map(({ app }) => app.close())));

  interface Sending {
    /** Bytes that are sent repeatedly until the connection ends. */
    readonly drip?: string;
    /** Whether the client disconnects at the first answer. */
    readonly hangUp?: boolean;
  }

  /** All bytes of the answer, up to the end of the connection. */
  async function exchange(
    { app }: SampleService,
    bytes: string,
    { drip, hangUp = false }: Sending = {},
  ): Promise<string> {
    const port = Number(new URL(await app.getUrl()).port);
    return new Promise((resolve) => {
      let answer = '';
      let dripping: NodeJS.Timeout | undefined;
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(bytes);
        dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 20);
      });
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString();
        if (hangUp) {
          socket.destroy();
        }
      });
      // A client that is still sending may get a reset after the answer.
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(dripping);
        resolve(answer);
      });
    });
  }

  it.each<[string, () => string, Sending]>([
    ['headers stall', () => 'POST /v1/things HTTP/1.1\r\nHost: x\r\n', {}],
    ['headers trickle in', () => 'POST /v1/things HTTP/1.1\r\nHost: x\r\n', { drip: 'A: a\r\n' }],
    ['body stalls', () => `${UPLOAD}${authorization}Content-Length: 1000\r\n\r\n{"a":`, {}],
    ['body trickles in', () => `${UPLOAD}${authorization}Content-Length: 1000\r\n\r\n{`, { drip: ' ' }],
    [
      'chunks trickle in',
      () => `${UPLOAD}${authorization}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
      { drip: '1\r\n \r\n' },
    ],
  ])('ends with 408 if its %s', async (_, bytes, sending) => {
    expect(await exchange(impatient, bytes(), sending)).toMatch(
      /^HTTP\/1\.1 408 Request Timeout\r\n[^]*application\/problem\+json[^]*"code":"request_timeout"/,
    );
  });

  it.each<[string, number, () => SampleService, string, Sending]>([
    ['came too late', 408, () => impatientOnce, '', {}],
    ['was abandoned by its client', 499, () => patient, 'Expect: 100-continue\r\n', { hangUp: true }],
  ])('that %s is counted as %d and logged without an error', async (_, status, service, header, sending) => {
    const { app, log } = service();
    const counter = new RegExp(
      `^http_request_duration_seconds_count\\{.*route="/v1/things",status="${status}".*\\} (\\d+)$`,
      'm',
    );
    const counted = async () => Number(counter.exec(await app.get(Metrics).text())?.[1] ?? 0);
    const before = await counted();
    log.length = 0;
    await exchange(service(), `${UPLOAD}${authorization}${header}Content-Length: 1000\r\n\r\n{"a":`, sending);

    await eventually(async () => expect(await counted()).toBe(before + 1));
    expect(log).toMatchObject([
      { level: 'info', status, route: '/v1/things', msg: 'request aborted', actor: 'local-operator' },
    ]);
  });

  const get = (headers: string, version = '1.1') =>
    exchange(patient, `GET /v1/open HTTP/${version}\r\nConnection: close\r\n${headers}\r\n`);

  it.each([
    ['two Host headers', 'Host: a\r\nhost: b\r\n', '400', 'validation_failed'],
    ['no Host header', '', '400', 'validation_failed'],
    [
      'two Content-Type headers',
      'Host: a\r\nContent-Type: b\r\nContent-Type: c\r\n',
      '400',
      'validation_failed',
    ],
    ['an unknown expectation', 'Host: a\r\nExpect: 200-ok\r\n', '417', 'expectation_failed'],
  ])('is refused with problem details if it has %s', async (_, headers, status, code) => {
    const answer = await get(headers);

    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('may have Expect: 100-continue, or be HTTP/1.0 without a Host', async () => {
    expect(await get('Host: a\r\nExpect: 100-continue\r\n')).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /,
    );
    expect(await get('', '1.0')).toMatch(/^HTTP\/1\.[01] 200 /);
  });
});
