import type { MemoryWriteSide } from '../write-side.fixture';

/** Gaps in streams and partitions, and commands with more than one outcome. */
export function faultsInLog({ streams, partitions, results }: MemoryWriteSide): string[] {
  const faults: string[] = [];
  const caused = new Map<string, number>();
  for (const [streamId, events] of streams) {
    events.forEach(({ version, causationId }, index) => {
      caused.set(causationId, (caused.get(causationId) ?? 0) + 1);
      if (version !== index + 1) {
        faults.push(`${streamId}: version ${version} in place ${index + 1}`);
      }
    });
  }
  for (const [partition, events] of partitions) {
    events.forEach(({ position }, index) => {
      if (position !== index + 1) {
        faults.push(`partition ${partition}: position ${position} in place ${index + 1}`);
      }
    });
  }
  for (const [commandId, { eventTypes }] of results) {
    if ((caused.get(commandId) ?? 0) !== eventTypes.length) {
      faults.push(`the command ${commandId} has two outcomes`);
    }
  }
  return faults;
}
