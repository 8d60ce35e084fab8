export interface Memory {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** The memory that a service says it uses. */
export async function memoryOf(adminUrl: URL): Promise<Memory> {
  const valueOf = await metricsOf(adminUrl);
  return {
    residentBytes: valueOf('process_resident_memory_bytes'),
    heapBytes: valueOf('nodejs_heap_size_used_bytes'),
  };
}

/** The processor time that a service says it has used since it started. */
export async function processorSecondsOf(adminUrl: URL): Promise<number> {
  return (await metricsOf(adminUrl))('process_cpu_seconds_total');
}

async function metricsOf(adminUrl: URL): Promise<(name: string) => number> {
  const text = await (await fetch(new URL('/metrics', adminUrl))).text();
  return (name) => Number(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'm').exec(text)![1]);
}

/**
 * Heap: the minimum of each fifth of the run, which is the heap after a collection. Resident memory: the maximum of
 * each fifth. Growth counts from the second fifth on.
 */
export function memoryReport(samples: readonly Memory[]) {
  const size = Math.max(1, Math.ceil(samples.length / 5));
  const fifths = Array.from({ length: Math.ceil(samples.length / size) }, (_, n) =>
    samples.slice(n * size, (n + 1) * size),
  );
  const heapBytes = fifths.map((fifth) => Math.min(...fifth.map((sample) => sample.heapBytes)));
  const residentBytes = fifths.map((fifth) => Math.max(...fifth.map((sample) => sample.residentBytes)));
  const growthOf = (bytes: readonly number[]) => bytes.at(-1)! - bytes[Math.min(1, bytes.length - 1)]!;
  return {
    heapBytes,
    residentBytes,
    heapGrowthBytes: growthOf(heapBytes),
    residentGrowthBytes: growthOf(residentBytes),
  };
}
