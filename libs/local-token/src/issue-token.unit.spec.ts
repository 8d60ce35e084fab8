import { randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { issueToken } from './issue-token';

const newKey = () => randomBytes(32).toString('base64url');

function verify(token: string, key: string) {
  return jwtVerify(token, Buffer.from(key, 'base64url'), {
    issuer: 'tidemark-local',
    audience: 'tidemark',
    algorithms: ['HS256'],
  });
}

describe('issueToken', () => {
  it('names the role in a stable subject, for 12 hours', async () => {
    const key = newKey();
    const { payload } = await verify(await issueToken(key, { role: 'operator' }), key);
    expect(payload).toMatchObject({ sub: 'local-operator', roles: ['operator'] });
    expect(payload).not.toHaveProperty('customer_id');
    expect(payload.exp! - payload.iat!).toBe(12 * 60 * 60);
  });

  it('names the customer', async () => {
    const key = newKey();
    const token = await issueToken(key, { role: 'customer', customer: 'C1', lifetimeSeconds: 60 });
    const { payload } = await verify(token, key);
    expect(payload).toMatchObject({ sub: 'local-customer-C1', roles: ['customer'], customer_id: 'C1' });
    expect(payload.exp! - payload.iat!).toBe(60);
  });

  it('is not valid under another key', async () => {
    const token = await issueToken(newKey(), { role: 'admin' });
    await expect(verify(token, newKey())).rejects.toThrow('signature');
  });
});
