import { WriteLedger } from './write-ledger';

describe('WriteLedger', () => {
  const ledger = new WriteLedger();
  ledger.acknowledge('one', 1);
  ledger.acknowledge('ten', 10);

  it('finds no fault if every event is stored once', () => {
    const landed = new Map([
      ['one', 1],
      ['ten', 10],
    ]);
    expect(ledger.audit(landed)).toEqual({ lost: 0, duplicated: 0 });
  });

  it('counts the missing events of a write that is stored in part, or not at all', () => {
    expect(ledger.audit(new Map([['ten', 7]]))).toEqual({ lost: 4, duplicated: 0 });
  });

  it('does not offset a missing event against a duplicated event', () => {
    expect(ledger.audit(new Map([['ten', 12]]))).toEqual({ lost: 1, duplicated: 2 });
  });

  it('counts stored events that were never acknowledged', () => {
    const landed = new Map([
      ['one', 1],
      ['ten', 10],
      ['ghost', 1],
    ]);
    expect(ledger.audit(landed)).toEqual({ lost: 0, duplicated: 1 });
  });
});
