import { serviceNames, type ServiceName } from '@tidemark/test-servers';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The services' metrics at one moment, by name. */
export interface Scrape {
  readonly atMs: number;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

/**
 * Scrapes like Prometheus: a service that does not answer only adds `up`, and every sample gets the label `service`.
 */
export async function scrape(adminUrls: Readonly<Record<ServiceName, string>>): Promise<Scrape> {
  const samples = new Map<string, Sample[]>();
  const texts = await Promise.all(
    serviceNames.map(async (service) => ({ service, text: await metricsOf(adminUrls[service]) })),
  );
  samples.set(
    'up',
    texts.map(({ service, text }) => ({ labels: { service }, value: text === undefined ? 0 : 1 })),
  );
  for (const { service, text = '' } of texts) {
    for (const [, name, labels = '', value] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)) {
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [
        label!,
        text!,
      ]);
      const sample = { labels: { ...Object.fromEntries(pairs), service }, value: Number(value) };
      samples.set(name!, [...(samples.get(name!) ?? []), sample]);
    }
  }
  return { atMs: performance.now(), samples };
}

async function metricsOf(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(`${url}/metrics`)).text();
  } catch {
    return undefined;
  }
}
