import type { Row } from '../harness/benchmark';

type Rate = (workload: string, contender: string) => number | undefined;

const peers = ['message-db', 'castore', 'emmett'];

const ratios: Readonly<Record<string, (rate: Rate) => number>> = {
  'append-64/floor': against('append-64', 'floor'),
  'append-256/floor': against('append-256', 'floor'),
  'append-64/message-db': against('append-64', 'message-db'),
  'append-64/castore': against('append-64', 'castore'),
  'append-64/emmett': against('append-64', 'emmett'),
  'append-1/floor': against('append-1', 'floor'),
  'append-64x10/best-peer': againstBest('append-64x10'),
  'hot-stream/best-peer': againstBest('hot-stream'),
  'append-64-full/append-64-empty': (rate) =>
    rate('append-64-stored', 'full')! / rate('append-64-stored', 'empty')!,
};

/**
 * Ratios by the keys that the README explains. If a rate is missing because events were lost, its ratios are left out.
 * A peer that lost events can't be the best.
 */
export function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const rate: Rate = (workload, contender) =>
    rows.find((row) => row.workload === workload && row.contender === contender)?.rate;
  const found = Object.entries(ratios).map(([name, ratio]) => [name, ratio(rate)] as const);
  const time = (workload: string) => rows.find((row) => row.workload === workload)?.p50Ms ?? NaN;
  const load = ['load-10000/load-50', time('load-10000') / time('load-50')] as const;
  return Object.fromEntries([...found, load].filter(([, value]) => Number.isFinite(value)));
}

function against(workload: string, contender: string) {
  return (rate: Rate) => rate(workload, 'tidemark')! / rate(workload, contender)!;
}

function againstBest(workload: string) {
  return (rate: Rate) => {
    const rates = peers.flatMap((peer) => rate(workload, peer) ?? []);
    return rates.length > 0 ? rate(workload, 'tidemark')! / Math.max(...rates) : NaN;
  };
}
