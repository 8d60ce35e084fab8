import type { Result } from '../harness/benchmark';
import { rowOf } from '../harness/row-of';
import { percentile } from '../harness/statistics';
import type { Audit } from '../harness/write-ledger';
import type { FulfilmentTimes } from './books';

/**
 * The figures of a run without pauses, cut into rounds of the same number of shipments.
 *
 * @param times in the order of the shipments; the first only marks the start of the first round
 */
export function resultOf(times: readonly FulfilmentTimes[], perRound: number, audit: Audit): Result {
  const rates: number[] = [];
  for (let end = perRound; end < times.length; end += perRound) {
    const seconds = (times[end]!.createdAtMs - times[end - perRound]!.createdAtMs) / 1_000;
    rates.push(perRound / seconds);
  }
  const latenciesMs = times.map(({ paidToShipmentMs }) => paidToShipmentMs);
  const sinceRequestMs = times.map(({ requestToShipmentMs }) => requestToShipmentMs);
  const row = rowOf('paid-to-shipment', 'tidemark', { rates, latenciesMs }, audit);
  return {
    rows: [row],
    figures: {
      ...(row.rate !== undefined && { fulfilmentsPerSecond: row.rate }),
      p50Ms: row.p50Ms,
      p99Ms: row.p99Ms,
      sinceRequestP50Ms: percentile(sinceRequestMs, 50),
      sinceRequestP99Ms: percentile(sinceRequestMs, 99),
    },
    ratios: {},
  };
}
