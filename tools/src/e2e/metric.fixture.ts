type Labels = Readonly<Record<string, string>>;

/** The sum of a metric over all series that have these labels, as a Prometheus server would scrape it now; `undefined` when there is none. */
export async function metric(
  serviceUrl: string,
  name: string,
  labels: Labels = {},
): Promise<number | undefined> {
  const response = await fetch(`${serviceUrl}/metrics`);
  const series = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)));
  return series.length === 0
    ? undefined
    : series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
