import { WriteLedger } from './write-ledger';

describe('WriteLedger', () => {
  const ledger = new WriteLedger();
  ledger.acknowledge('one', 1);
  ledger.acknowledge('ten', 10);

  it('finds nothing wrong when everything is there once', () => {
    const landed = new Map([
      ['one', 1],
      ['ten', 10],
    ]);
    expect(ledger.audit(landed)).toEqual({ lost: 0, duplicated: 0 });
  });

  it('counts the events of a write that is there in part, or not at all', () => {
    expect(ledger.audit(new Map([['ten', 7]]))).toEqual({ lost: 4, duplicated: 0 });
  });

  it('does not let what is there twice stand for what is missing', () => {
    expect(ledger.audit(new Map([['ten', 12]]))).toEqual({ lost: 1, duplicated: 2 });
  });

  it('counts what nobody was told of', () => {
    const landed = new Map([
      ['one', 1],
      ['ten', 10],
      ['ghost', 1],
    ]);
    expect(ledger.audit(landed)).toEqual({ lost: 0, duplicated: 1 });
  });
});
