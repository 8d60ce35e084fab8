import { LagLedger } from './handled';

describe('LagLedger', () => {
  it('measures the time from the commit to the handler', () => {
    const ledger = new LagLedger();
    ledger.commit(3, 1, 1_000);
    ledger.commit(3, 2, 1_002);
    ledger.commit(4, 1, 1_010);
    ledger.handle({ at: 1_005, partition: 3, positions: [1, 2] });
    ledger.handle({ at: 1_009, partition: 4, positions: [1] });
    expect(ledger.lagsMs()).toEqual([5, 3, 0]);
    expect(ledger.audit()).toEqual({ lost: 0, duplicated: 0 });
  });

  it('counts events that were not handled, and events that were handled twice', () => {
    const ledger = new LagLedger();
    ledger.commit(3, 1, 1_000);
    ledger.commit(3, 2, 1_000);
    ledger.handle({ at: 1_001, partition: 3, positions: [1] });
    ledger.handle({ at: 1_002, partition: 3, positions: [1] });
    expect(ledger.audit()).toEqual({ lost: 1, duplicated: 1 });
  });
});
