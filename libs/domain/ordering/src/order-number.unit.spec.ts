import fc from 'fast-check';
import { parseOrderId } from './order-id';
import { orderNumberOf } from './order-number';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

test.each([
  ['00000000-0000-0000-0000-000000000000', 'TM-00000-00000'],
  ['00000000-0000-0000-0000-000000000021', 'TM-00000-00011'],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', 'TM-ZZZZZ-ZZZZZ'],
  // 0x1ffff_ffff_ffff is 49 ones: the first digit is 01111.
  ['00000000-0000-0000-0001-ffffffffffff', 'TM-FZZZZ-ZZZZZ'],
])('%s is number %s', (id, number) => {
  expect(orderNumberOf(parseOrderId(id)!)).toBe(number);
});

test('the number depends on the last 50 bits of the id only', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const number = orderNumberOf(parseOrderId(uuid)!);
      expect(number).toMatch(/^TM-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
      const value = [...number.slice(3).replace('-', '')].reduce(
        (sum, digit) => sum * 32n + BigInt(crockford.indexOf(digit)),
        0n,
      );
      expect(value).toBe(BigInt(`0x${uuid.replaceAll('-', '')}`) % 2n ** 50n);
    }),
  );
});
