import { serviceNames, type ServiceName } from '@tidemark/testing';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the services showed at one moment, by the metric's name. */
export interface Scrape {
  readonly atMs: number;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

/** As Prometheus does it: a service that does not answer adds `up` alone, and every sample gets the label `service`. */
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
