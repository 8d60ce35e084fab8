import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { issueToken } from './issue-token';
import { localAuthKey, newAuthKey } from './local-auth-key';

function verify(token: string, key: string) {
  return jwtVerify(token, Buffer.from(key, 'base64url'), {
    issuer: 'tidemark-local',
    audience: 'tidemark',
    algorithms: ['HS256'],
  });
}

describe('issueToken', () => {
  it('names the role in a stable subject, for 12 hours', async () => {
    const key = newAuthKey();
    const { payload } = await verify(await issueToken(key, { role: 'operator' }), key);
    expect(payload).toMatchObject({ sub: 'local-operator', roles: ['operator'] });
    expect(payload).not.toHaveProperty('customer_id');
    expect(payload.exp! - payload.iat!).toBe(12 * 60 * 60);
  });

  it('names the customer', async () => {
    const key = newAuthKey();
    const token = await issueToken(key, { role: 'customer', customer: 'C1', lifetimeSeconds: 60 });
    const { payload } = await verify(token, key);
    expect(payload).toMatchObject({ sub: 'local-customer-C1', roles: ['customer'], customer_id: 'C1' });
    expect(payload.exp! - payload.iat!).toBe(60);
  });

  it('is not valid under another key', async () => {
    const token = await issueToken(newAuthKey(), { role: 'admin' });
    await expect(verify(token, newAuthKey())).rejects.toThrow('signature');
  });
});

describe('localAuthKey', () => {
  let checkout: string;
  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'tidemark-auth-'));
  });
  afterEach(() => rm(checkout, { recursive: true }));

  it('gives the same key to concurrent and to later callers', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => localAuthKey(checkout)));
    expect(new Set(keys).size).toBe(1);
    await expect(localAuthKey(checkout)).resolves.toBe(keys[0]);
    expect(Buffer.from(keys[0]!, 'base64url')).toHaveLength(32);
  });

  it('stores the key so that only its owner can read it', async () => {
    await localAuthKey(checkout);
    const { mode } = await stat(join(checkout, '.tidemark/auth.key'));
    expect(mode & 0o777).toBe(0o600);
  });
});
