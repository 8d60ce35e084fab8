/** `FILLING` reads the log; `VERIFYING` compares a sample; `DONE` is live, or was; `FAILED` says why. */
export const rebuildStates = ['REQUESTED', 'FILLING', 'VERIFYING', 'DONE', 'FAILED'] as const;

export type RebuildState = (typeof rebuildStates)[number];

/** One rebuild of a read model, as it is recorded. */
export interface Rebuild {
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly generation: number;
  readonly state: RebuildState;
  /** Of the token, or `deployment` where a raised version asked for it. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Events in the generation when it went live. */
  readonly events?: number;
  /** Documents that were compared with a fresh fold before the flip. */
  readonly verifiedDocuments?: number;
  readonly error?: string;
}

export interface RebuildProgress extends Rebuild {
  /** Events of the log that are in the generation. */
  readonly eventsDone: number;
  /** Events of the log. */
  readonly eventsTotal: number;
  /** On the average since the start; absent before it. */
  readonly eventsPerSecond?: number;
  /** At that rate; absent when nothing is known of it, or nothing is left. */
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
