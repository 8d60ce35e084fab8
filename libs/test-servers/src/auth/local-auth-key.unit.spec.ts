import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAuthKey } from './local-auth-key';

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

  it('is that of the environment, if it has one', async () => {
    await expect(localAuthKey(checkout, { AUTH_LOCAL_KEY: 'given' })).resolves.toBe('given');
    await expect(localAuthKey(checkout, { AUTH_LOCAL_KEY: '' })).resolves.toBe(
      await localAuthKey(checkout, {}),
    );
  });

  it('stores the key so that only its owner can read it', async () => {
    await localAuthKey(checkout);
    const { mode } = await stat(join(checkout, '.tidemark/auth.key'));
    expect(mode & 0o777).toBe(0o600);
  });
});
