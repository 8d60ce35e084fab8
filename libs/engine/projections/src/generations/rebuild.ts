/**
 * `FILLING`: the log is being read. `VERIFYING`: a sample is being compared. `DONE`: the generation is live, or was
 * live. `FAILED`: the record has the reason.
 */
export const rebuildStates = ['REQUESTED', 'FILLING', 'VERIFYING', 'DONE', 'FAILED'] as const;

export type RebuildState = (typeof rebuildStates)[number];

/** The record of one rebuild of a read model. */
export interface Rebuild {
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly generation: number;
  readonly state: RebuildState;
  /** The subject of the token, or `deployment` if a raised version requested the rebuild. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** The number of events in the generation when it went live. */
  readonly events?: number;
  /** The number of documents that were compared with a fresh fold before the flip. */
  readonly verifiedDocuments?: number;
  readonly error?: string;
}

export interface RebuildProgress extends Rebuild {
  /** The number of the log's events that are in the generation. */
  readonly eventsDone: number;
  /** The number of events in the log. */
  readonly eventsTotal: number;
  /** The average rate since the start; absent before the start. */
  readonly eventsPerSecond?: number;
  /** The time left at that rate; absent if the rate is unknown, or if no event is left. */
  readonly secondsLeft?: number;
}

export function progressOf(rebuild: Rebuild, done: number, total: number, now: Date): RebuildProgress {
  if (rebuild.events !== undefined) {
    return {
      ...rebuild,
      ...rateOf(rebuild, rebuild.events, now),
      eventsDone: rebuild.events,
      eventsTotal: rebuild.events,
    };
  }
  const rate = rateOf(rebuild, done, now);
  const left = total - done;
  const isUnderWay = rebuild.finishedAt === undefined && left > 0 && (rate.eventsPerSecond ?? 0) > 0;
  return {
    ...rebuild,
    ...rate,
    eventsDone: done,
    eventsTotal: total,
    ...(isUnderWay && { secondsLeft: Math.ceil(left / rate.eventsPerSecond!) }),
  };
}

function rateOf({ startedAt, finishedAt }: Rebuild, done: number, now: Date): { eventsPerSecond?: number } {
  if (!startedAt) {
    return {};
  }
  const seconds = ((finishedAt ?? now).getTime() - startedAt.getTime()) / 1_000;
  return seconds > 0 ? { eventsPerSecond: Math.round(done / seconds) } : {};
}
