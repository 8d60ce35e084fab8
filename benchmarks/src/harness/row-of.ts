import type { Row } from './benchmark';
import type { Measurement } from './measure';
import { median, percentile } from './statistics';
import type { Audit } from './write-ledger';

/** A run that lost or duplicated events has no rate, because it did not do the work. */
export function rowOf(
  workload: string,
  contender: string,
  { rates, latenciesMs }: Measurement,
  audit?: Audit,
): Row {
  const isSound = !audit || (audit.lost === 0 && audit.duplicated === 0);
  return {
    workload,
    contender,
    rate: isSound ? median(rates) : undefined,
    spread: isSound ? [Math.min(...rates), Math.max(...rates)] : undefined,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    ...audit,
  };
}
