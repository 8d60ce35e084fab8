import type { Row } from '../harness/benchmark';
import { ratiosOf } from './ratios';

const row = (workload: string, contender: string, rate: number | undefined, p50Ms = 1): Row => ({
  workload,
  contender,
  rate,
  spread: undefined,
  p50Ms,
  p99Ms: 1,
});

describe('ratiosOf', () => {
  it('divides two rates, or two times for a ratio of times', () => {
    const rows = [
      row('append-64', 'tidemark', 9_000),
      row('append-64', 'floor', 6_000),
      row('load-10000', 'tidemark', 500, 2),
      row('load-50', 'tidemark', 800, 1.25),
    ];
    expect(ratiosOf(rows)).toEqual({ 'append-64/floor': 1.5, 'load-10000/load-50': 1.6 });
  });

  it('compares with the best peer that lost nothing', () => {
    const rows = [
      row('hot-stream', 'tidemark', 1_000),
      row('hot-stream', 'message-db', 200),
      row('hot-stream', 'castore', 100),
      row('hot-stream', 'emmett', undefined),
    ];
    expect(ratiosOf(rows)).toEqual({ 'hot-stream/best-peer': 5 });
  });

  it('has no ratio with a rate of a contender that lost events', () => {
    expect(ratiosOf([row('append-1', 'tidemark', undefined), row('append-1', 'floor', 900)])).toEqual({});
    expect(ratiosOf([row('append-64x10', 'tidemark', 900)])).toEqual({});
  });
});
