import { isCountryCode } from './country-code';

test.each([
  ['GB', true],
  ['DE', true],
  ['US', true],
  ['UK', false],
  ['XX', false],
  ['de', false],
  ['DEU', false],
  ['', false],
])('%j is a country: %s', (code, known) => {
  expect(isCountryCode(code)).toBe(known);
});
