import { shortened } from './identifiers';

describe('shortened', () => {
  it('keeps what Postgres keeps, and tells longer names apart within 63 bytes', () => {
    const longest = 'n'.repeat(63);
    expect(shortened(longest)).toBe(longest);
    const [one, other] = ['one', 'other'].map((end) => shortened(`${longest}${end}`));
    expect(one).not.toBe(other);
    expect([one, other].map((name) => Buffer.byteLength(name!))).toEqual([63, 63]);
  });
});
