import fc from 'fast-check';
import { parseInstant } from './parse-instant';

describe('parseInstant', () => {
  it.each([
    ['2010-12-01', '2010-12-01T00:00:00.000Z'],
    ['2010-12-01T08:26:00Z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01t08:26:00z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00.123456+01:00', '2010-12-01T07:26:00.123Z'],
    ['2012-02-29', '2012-02-29T00:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '',
    'yesterday',
    '2010',
    '2010-12',
    '2010-13-01',
    '2010-02-30',
    '2011-02-29T00:00:00Z',
    '2010-12-01T08:26:00',
    '2010-12-01T24:00:00Z',
    '2010-12-01T08:60:00Z',
    '2010-12-01T08:26:00 01:00',
    '2010-12-01T08:26:00+24:00',
    ' 2010-12-01',
    '1291191960000',
    '+012010-12-01',
  ])('refuses %p', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('reads every instant that a service writes', () => {
    const instants = fc.date({
      min: new Date('0100-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseInstant(instant.toISOString())).toEqual(instant);
      }),
    );
  });
});
