import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tidemark/test-servers';
import { injectByPath } from '../admin-port/inject-by-path';
import { startSample, tokenFor, type SampleService } from '../fixture/sample-service.fixture';

const keys = [1, 2].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer];

let folder: string;
let sample: SampleService;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const fileOf = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rotation-'));
  write('auth', keys[0].toString('base64url'));
  write('address', keys[0].toString('base64url'));
  sample = await startSample({
    AUTH_LOCAL_KEY: '',
    AUTH_LOCAL_KEY_FILE: fileOf('auth'),
    ADDRESS_KEY_FILE: fileOf('address'),
  });
});
afterEach(async () => {
  await sample.app.close();
  rmSync(folder, { recursive: true });
});

const authorization = async (key: Uint8Array) => `Bearer ${await tokenFor('operator', {}, key)}`;
const list = async (token: string) =>
  (await sample.app.inject({ url: '/v1/things', headers: { authorization: token } })).statusCode;
const addressHash = async (token: string) => {
  const answer = await sample.app.inject({
    method: 'POST',
    url: '/v1/things',
    headers: { authorization: token, 'idempotency-key': 'k-1' },
    payload: { customerId: 'c-1', items: [{ productId: 'p-1', quantity: 1 }] },
  });
  return answer.json<{ received: { context: { client?: { clientAddressHash: string } } } }>().received
    .context;
};
const checks = async () => (await injectByPath(sample.app, { url: '/metrics' })).payload;

describe('a service whose secrets change in their files', () => {
  it('uses a new key for tokens without a restart, and then refuses tokens of the previous key', async () => {
    const [before, after] = await Promise.all(keys.map(authorization));
    expect([await list(before!), await list(after!)]).toEqual([200, 401]);

    write('auth', keys[1].toString('base64url'));

    await eventually(async () => expect(await list(after!)).toBe(200));
    expect(await list(before!)).toBe(401);
    expect(await checks()).toContain(
      'tidemark_secret_file_checks_total{setting="AUTH_LOCAL_KEY",outcome="taken",service="sample-service"} 1',
    );
  });

  it('hashes addresses with the new key', async () => {
    const token = await authorization(keys[0]);
    const before = JSON.stringify(await addressHash(token));
    expect(before).toContain('clientAddressHash');

    write('address', keys[1].toString('base64url'));

    await eventually(async () => expect(JSON.stringify(await addressHash(token))).not.toBe(before));
  });

  it('keeps its previous key when the new key is not valid, and logs this once without the key', async () => {
    const token = await authorization(keys[0]);

    write('auth', 'hush');
    await eventually(async () =>
      expect(await checks()).toMatch(/_total{setting="AUTH_LOCAL_KEY",outcome="refused",[^}]*} [1-9]/),
    );

    expect(await list(token)).toBe(200);
    const errors = sample.log.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { setting: 'AUTH_LOCAL_KEY', reason: 'expected at least 32 bytes as base64url' },
    ]);
    expect(JSON.stringify(sample.log)).not.toContain('hush');
  });
});
