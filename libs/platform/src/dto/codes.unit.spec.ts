import { validateSync } from 'class-validator';
import { IsCountry } from './codes';

class Destination {
  @IsCountry()
  readonly country: string;

  constructor(country: string) {
    this.country = country;
  }
}

describe('IsCountry', () => {
  it.each([
    ['GB', true],
    ['DE', true],
    ['US', true],
    ['UK', false],
    ['XX', false],
    ['de', false],
    ['DEU', false],
    ['', false],
  ])('%j is a country: %s', (code, known) => {
    expect(validateSync(new Destination(code)).length === 0).toBe(known);
  });
});
