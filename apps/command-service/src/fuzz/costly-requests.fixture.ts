import { randomUUID } from 'node:crypto';
import { processorSecondsOf } from './service-metrics.fixture';
import type { FuzzSender } from './send-request.fixture';
import type { FuzzRequest } from './write-requests.fixture';

export interface CostlyRequest {
  readonly request: FuzzRequest;
  /** How many ordinary orders use as much of the service's processor time. */
  readonly ratio: number;
}

const KEPT = 20;
const REPEATS = 8;

/** Measures what requests cost the service, and keeps the costliest. No other requests may be sent meanwhile. */
export class CostlyRequests {
  private kept: readonly CostlyRequest[] = [];

  constructor(
    private readonly adminUrl: URL,
    private readonly sender: FuzzSender,
    private readonly ordinaryOrder: FuzzRequest,
  ) {}

  get requests(): readonly FuzzRequest[] {
    return this.kept.map(({ request }) => request);
  }

  /** Measures each candidate once, together with ordinary orders. */
  async learn(candidates: readonly FuzzRequest[]): Promise<void> {
    const measured: CostlyRequest[] = [];
    for (const request of candidates) {
      measured.push({ request, ratio: await this.ratioOf(request, 1) });
    }
    this.kept = [...this.kept, ...measured].sort((a, b) => b.ratio - a.ratio).slice(0, KEPT);
  }

  /** Measures the costliest requests again, `rounds` times each, and takes the median. */
  async confirmed(count: number, rounds: number): Promise<CostlyRequest[]> {
    const confirmed: CostlyRequest[] = [];
    for (const { request } of this.kept.slice(0, count)) {
      confirmed.push({ request, ratio: await this.ratioOf(request, rounds) });
    }
    return confirmed.sort((a, b) => b.ratio - a.ratio);
  }

  private async ratioOf(request: FuzzRequest, rounds: number): Promise<number> {
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const nothing = await this.secondsOf(request, 0);
      const order = await this.secondsOf(this.ordinaryOrder, REPEATS);
      ratios.push(((await this.secondsOf(request, REPEATS)) - nothing) / (order - nothing));
    }
    return ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
  }

  /** Includes the cost of reading the metrics. */
  private async secondsOf(request: FuzzRequest, times: number): Promise<number> {
    const before = await processorSecondsOf(this.adminUrl);
    for (let n = 0; n < times; n += 1) {
      await this.sender.send(anew(request));
    }
    return (await processorSecondsOf(this.adminUrl)) - before;
  }
}

/** A repeat with the same key would be answered from the log. */
function anew(request: FuzzRequest): FuzzRequest {
  const sent = request.headers['idempotency-key'];
  return sent !== undefined && /^[\w.-]{1,128}$/.test(sent)
    ? { ...request, headers: { ...request.headers, 'idempotency-key': randomUUID() } }
    : request;
}
