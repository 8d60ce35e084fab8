import { databaseLogins } from './database-logins';

describe('the logins of a database', () => {
  const parse = (text: string | undefined) => databaseLogins().safeParse(text);

  it('are read with their passwords, decoded', () => {
    expect(parse('orders_1:a%2Cb%3Ac,reader:x').data?.current()).toEqual([
      { name: 'orders_1', password: 'a,b:c' },
      { name: 'reader', password: 'x' },
    ]);
    expect(parse(undefined)).toEqual({ success: true, data: undefined });
  });

  it.each(['orders', 'orders:', ':secret', 'a:b,', 'a:b:c', 'a:%zz', 'a:b, c:d'])('are not %s', (text) => {
    const { error } = parse(text);

    expect(error?.issues.map(({ message }) => message)).toEqual([
      'expected logins like user:password,user:password, percent-encoded as in a URL',
    ]);
  });
});
