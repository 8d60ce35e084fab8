import { connect } from 'node:net';
import { bearer, startSample, type SampleService } from '../fixture/sample-service.fixture';

describe('the Authorization header', () => {
  let sample: SampleService;
  let port: number;
  beforeAll(async () => {
    sample = await startSample();
    await sample.app.listen(0, '127.0.0.1');
    port = Number(new URL(await sample.app.getUrl()).port);
  });
  afterAll(() => sample.app.close());

  /** The status for a request with these header lines, which `fetch` would join or refuse to send. */
  const statusWith = (target: string, ...lines: string[]) =>
    new Promise<number>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
      socket.on('error', reject).on('close', () => resolve(Number(answer.slice(9, 12))));
      socket.write([`GET ${target} HTTP/1.1`, 'Host: a', ...lines, 'Connection: close', '', ''].join('\r\n'));
    });

  it('is accepted once, in upper or lower case', async () => {
    expect(await statusWith('/v1/things', `AUTHORIZATION: ${await bearer('operator')}`)).toBe(200);
  });

  it.each([
    ['both equal', 'operator', 'operator'],
    ['the valid one first', 'operator', 'visitor'],
    ['the valid one last', 'visitor', 'operator'],
  ])('is refused if there are two, %s', async (_, first, second) => {
    const lines = [`Authorization: ${await bearer(first)}`, `authorization: ${await bearer(second)}`];
    expect(await statusWith('/v1/things', ...lines)).toBe(401);
  });

  it.each(['access_token', 'token', 'authorization'])('is not taken from the query: %s', async (name) => {
    const token = (await bearer('operator')).slice('Bearer '.length);
    expect(await statusWith(`/v1/things?${name}=${token}`)).toBe(401);
    expect(JSON.stringify(sample.log)).not.toContain(token.slice(-20));
  });

  it.each([
    ['a cookie', 'Cookie: access_token='],
    ['another header', 'X-Forwarded-Authorization: Bearer '],
  ])('is not taken from %s', async (_, start) => {
    const token = (await bearer('operator')).slice('Bearer '.length);
    expect(await statusWith('/v1/things', `${start}${token}`)).toBe(401);
  });
});
