import fc from 'fast-check';
import { ProblemException } from '../problem/problem-exception';
import { formatConsistencyToken } from '@tidemark/kernel';
import { parseConsistencyToken, requireKnownPartitions } from './consistency-token';
import { correlationIdOf } from './correlation-id';
import { etagOf, expectedVersionOf } from './expected-version';
import { traceparentOf } from './traceparent';

const refused = (work: () => unknown): number | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof ProblemException ? error.getStatus() : 0;
  }
};

describe('the consistency token', () => {
  it('is the same after it was formatted and parsed again', () => {
    const position = fc.record({
      partition: fc.nat({ max: 99_999 }),
      position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(position, { minLength: 1, maxLength: 16, selector: (entry) => entry.partition }),
        (token) => {
          expect(parseConsistencyToken(formatConsistencyToken(token))).toEqual(token);
        },
      ),
    );
  });

  it('keeps the last position of a partition when clients join tokens', () => {
    expect(parseConsistencyToken('3:7,1:1, 3:5')).toEqual([
      { partition: 3, position: 7 },
      { partition: 1, position: 1 },
    ]);
  });

  it.each(['', '1', '1:', ':1', '1:0', '01:1', '1:01', '-1:1', '1:1.5', '1:2:3', '1:1,', '1:1;2:2', 'a:b'])(
    'refuses %p',
    (text) => {
      expect(refused(() => parseConsistencyToken(text))).toBe(400);
    },
  );

  it('refuses a position that is not a safe integer', () => {
    expect(refused(() => parseConsistencyToken('1:9007199254740992'))).toBe(400);
  });

  it('refuses a partition that does not exist', () => {
    const token = [{ partition: 16, position: 1 }];

    expect(refused(() => requireKnownPartitions(token, 16))).toBe(400);
    expect(refused(() => requireKnownPartitions(token, 17))).toBeUndefined();
  });
});

describe('If-Match', () => {
  const version = (header?: string) => expectedVersionOf({ headers: { 'if-match': header } });

  it('accepts the text of an ETag', () => {
    expect(version(etagOf(17))).toBe(17);
    expect(version(undefined)).toBeUndefined();
  });

  it.each(['', '17', '"0"', '"-1"', '"1.5"', 'W/"17"', '*', '"1", "2"', '"9007199254740992"', '"a"'])(
    'refuses %p',
    (header) => {
      expect(refused(() => version(header))).toBe(400);
    },
  );
});

describe('X-Correlation-Id', () => {
  const id = (header?: string | string[]) => correlationIdOf({ headers: { 'x-correlation-id': header } });

  it('is kept as the client sent it', () => {
    expect(id('order-1_a.B')).toBe('order-1_a.B');
  });

  it.each([undefined, '', 'a'.repeat(129), 'a b', 'a\r\nSet-Cookie: x', 'ä', 'a, b'])(
    'is a new UUIDv7 instead of %p',
    (header) => {
      expect(id(header)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    },
  );
});

describe('traceparent', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const parent = '00f067aa0ba902b7';

  it.each([`00-${trace}-${parent}-01`, `00-${trace}-${parent}-00`, `cc-${trace}-${parent}-01-later`])(
    'takes %s',
    (header) => {
      expect(traceparentOf(header)).toBe(header);
    },
  );

  it.each([
    undefined,
    ['a', 'b'],
    '',
    `ff-${trace}-${parent}-01`,
    `00-${trace}-${parent}-01-more`,
    `00-${'0'.repeat(32)}-${parent}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${trace}-${parent}`,
  ])('ignores %p', (header) => {
    expect(traceparentOf(header)).toBeUndefined();
  });
});
