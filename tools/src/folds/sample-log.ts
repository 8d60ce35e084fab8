import { eventCodec, partitionKeyOf, type TidemarkEvent } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(checkoutRoot, 'libs/domain/contracts/src/fixtures/sample-log.jsonl');

/** A line of the sample log: an event as an earlier release stored it. */
interface StoredLine {
  readonly streamId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly timestamp: string;
  readonly data: unknown;
}

/** The lines of the sample log. It contains every event type, and stories that cover the branches of the folds. */
export function sampleLines(): readonly string[] {
  return readFileSync(path, 'utf8').trim().split('\n');
}

/** The events as in a log, each in its stream and partition, lifted to their current versions. */
export function sampleLog(lines: readonly string[]): readonly EventEnvelope[] {
  const keys: string[] = [];
  const counts = new Map<string, number>();
  const next = (counter: string): number => {
    counts.set(counter, (counts.get(counter) ?? 0) + 1);
    return counts.get(counter)!;
  };
  return lines.map((line, index) => {
    const { streamId, type, schemaVersion, timestamp, data } = JSON.parse(line) as StoredLine;
    const event = eventCodec.decode({ type, schemaVersion, data });
    const key = partitionKeyOf(event as TidemarkEvent);
    const partition = keys.includes(key) ? keys.indexOf(key) : keys.push(key) - 1;
    return {
      eventId: `event-${index + 1}`,
      streamId,
      streamType: streamId.slice(0, streamId.indexOf('-')),
      version: next(streamId),
      partition,
      position: next(`partition ${partition}`),
      ...event,
      schemaVersion,
      timestamp,
      correlationId: 'correlation',
      causationId: `command-${index + 1}`,
      metadata: { actor: `user-${index + 1}` },
    };
  });
}
