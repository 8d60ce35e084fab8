import { WriteLedger } from '../harness/write-ledger';
import { booksOf } from './books';
import { resultOf } from './result-of';

const times = [0, 50, 100, 300, 500].map((createdAtMs, index) => ({
  createdAtMs,
  paidToShipmentMs: index,
  requestToShipmentMs: 10 * index,
}));

/** The figures of a run with one order of two lines, when the audit finds these counts instead. */
function figuresOf(...changes: readonly (readonly [string, number])[]) {
  const ledger = new WriteLedger();
  booksOf('O1', 2).forEach((count, id) => ledger.acknowledge(id, count));
  return resultOf(times, 2, ledger.audit(new Map([...booksOf('O1', 2), ...changes]))).figures;
}

describe('the result of a run', () => {
  it('has the median rate of its rounds, and the times of all counted shipments', () => {
    expect(figuresOf()).toEqual({
      fulfilmentsPerSecond: 12.5,
      p50Ms: 2,
      p99Ms: 4,
      sinceRequestP50Ms: 20,
      sinceRequestP99Ms: 40,
    });
  });

  it.each([
    ['an order was paid and has no shipment', ['O1 ShipmentCreated', 0]],
    ['an order was paid twice', ['O1 OrderPaid', 2]],
    ['money was taken twice', ['O1 charge', 2]],
    ['money was taken for no order', ["nobody's charge", 1]],
    ['stock was reserved for only one of two lines', ['O1 InventoryReserved', 1]],
  ] as const)('has no rate when %s', (_, change) => {
    expect(figuresOf(change)).not.toHaveProperty('fulfilmentsPerSecond');
  });
});
