import { validateSync } from 'class-validator';
import { IsCountry, IsCurrency } from './codes';

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

class Price {
  @IsCurrency()
  readonly currency: string;

  constructor(currency: string) {
    this.currency = currency;
  }
}

describe('IsCurrency', () => {
  it.each([
    ['EUR', true],
    ['GBP', true],
    ['JPY', true],
    ['eur', false],
    ['EU', false],
    ['XYZ', false],
    ['DEM', false],
    ['', false],
  ])('%j is a currency: %s', (code, known) => {
    expect(validateSync(new Price(code)).length === 0).toBe(known);
  });
});
