import type { MessageKey } from './message-key';
import { MessageKeys } from './message-keys';
import { messageKeysText } from './message-keys-text';
import { keysOf, testKey } from './test-keys.fixture';

const NOW = Date.parse('2026-12-01T00:00:00Z');
const HOUR = 3_600_000;
const relayKey = (id: string, changes: Partial<MessageKey> = {}) => testKey('relay', { id, ...changes });

describe('the signing key', () => {
  const old = relayKey('old', { notAfterMs: NOW + HOUR });
  const next = relayKey('next', { notBeforeMs: NOW });

  it("is the owner's newest key that has begun", () => {
    const keys = keysOf(next, old, testKey('process:test', { notBeforeMs: NOW - 1 }));
    expect(keys.signingKey('relay', NOW - 1).id).toBe('old');
    expect(keys.signingKey('relay', NOW).id).toBe('next');
    expect(keys.signingKey('process:test', NOW).owner).toBe('process:test');
  });

  it('is the last listed key among keys that began at the same time', () => {
    expect(keysOf(relayKey('a'), relayKey('b')).signingKey('relay', NOW).id).toBe('b');
  });

  it('is never a key that has ended, or a key of another owner', () => {
    const keys = keysOf(old, testKey('process:other'));
    expect(keys.signingKey('relay', NOW + HOUR - 1).id).toBe('old');
    expect(() => keys.signingKey('relay', NOW + HOUR)).toThrow('no valid key of relay');
    expect(() => keys.signingKey('process:test', NOW)).toThrow('no valid key of process:test');
  });

  it('and the valid keys come from the newest content of the file', () => {
    let current: readonly MessageKey[] = [old];
    const keys = new MessageKeys({ current: () => current });
    expect(keys.find('next')).toBeUndefined();
    current = [next];
    expect(keys.find('next')).toBe(next);
    expect(keys.find('old')).toBeUndefined();
    expect(keys.signingKey('relay', NOW).id).toBe('next');
  });
});

describe('the file of keys', () => {
  const secret = Buffer.alloc(32, 's').toString('base64url');
  const key = { id: 'relay-1', owner: 'relay', secret };
  const read = (...keys: readonly object[]) => messageKeysText.safeParse(JSON.stringify({ keys }));

  it('gives the owner of each key, and its start and end', () => {
    const notBefore = '2026-12-01T00:00:00Z';
    const { data } = read(key, {
      ...key,
      id: 'p',
      owner: 'process:test',
      notBefore,
      notAfter: '2026-12-01T02:00:00+01:00',
    });
    expect(data).toMatchObject([
      { id: 'relay-1', owner: 'relay', notBeforeMs: -Infinity, notAfterMs: Infinity },
      { id: 'p', owner: 'process:test', notBeforeMs: NOW, notAfterMs: NOW + HOUR },
    ]);
    expect(data![0]!.secret.export()).toEqual(Buffer.alloc(32, 's'));
  });

  it.each<[string, readonly object[], string]>([
    ['no key', [], 'keys expected at least one key'],
    [
      'a short secret',
      [{ ...key, secret: secret.slice(1) }],
      'keys 0 secret expected at least 32 bytes as base64url',
    ],
    [
      'a secret that is not base64url',
      [{ ...key, secret: `${secret}+/=` }],
      'expected at least 32 bytes as base64url',
    ],
    [
      'an owner that signs nothing',
      [{ ...key, owner: 'customer' }],
      'owner expected relay or process:<name>',
    ],
    ['a process without a name', [{ ...key, owner: 'process:' }], 'owner expected relay or process:<name>'],
    ['an id twice', [key, { ...key, owner: 'process:test' }], 'keys expected different ids'],
    ['an id with spaces', [{ ...key, id: 'a b' }], 'id expected only letters, digits and . _ -'],
    [
      'an end that is not an instant',
      [{ ...key, notAfter: 'soon' }],
      'notAfter expected a date-time such as',
    ],
    ['a misspelled end', [{ ...key, notafter: '2026-12-01T00:00:00Z' }], 'notafter'],
  ])('may not have %s', (_, keys, fault) => {
    const messages = read(...keys).error!.issues.map(({ message }) => message);
    expect(messages.join('\n')).toContain(fault);
    expect(messages.join('\n')).not.toContain(secret.slice(1));
  });

  it('must be JSON, and a text that is not JSON is never shown', () => {
    const { error } = messageKeysText.safeParse(`{"keys": [{"secret": "${secret}"`);
    expect(error!.issues).toHaveLength(1);
    expect(JSON.stringify(error!.issues)).not.toContain(secret);
  });
});
