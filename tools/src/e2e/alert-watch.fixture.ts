import type { Installation } from '@tidemark/testing';
import { readAlerts } from '../deployment/alerts.fixture';
import { comparedIn, evaluatePromql } from './evaluate-promql.fixture';
import { scrape, type Sample, type Scrape } from './scrape.fixture';

const alerts = readAlerts();

/** Looks at an installation by the alerts that it ships, as its Prometheus would; how long one has to last (`for`) aside. */
export class AlertWatch {
  private scrapes: Scrape[] = [];

  constructor(private readonly installation: Pick<Installation, 'urls' | 'adminUrls'>) {}

  /**
   * The series for which an alert's condition holds, with one scrape more.
   *
   * @param threshold in place of the alert's own, which would take longer to be reached than a test has time
   */
  async firing(name: string, threshold?: number): Promise<readonly Sample[]> {
    const expr = exprOf(name);
    return this.ask(threshold === undefined ? expr : `${comparedIn(expr)} > ${threshold}`);
  }

  /** The highest value that an alert compares with its threshold, with one scrape more; `undefined` when there is none. */
  async value(name: string): Promise<number | undefined> {
    const found = await this.ask(comparedIn(exprOf(name)));
    return found.length === 0 ? undefined : Math.max(...found.map(({ value }) => value));
  }

  /** What was scraped so far is out of every range. */
  forget(): void {
    this.scrapes = [];
  }

  private async ask(expr: string): Promise<readonly Sample[]> {
    // As the kubelet does every few seconds.
    const { urls, adminUrls } = this.installation;
    await Promise.allSettled(Object.values(urls).map((url) => fetch(`${url}/health/ready`)));
    this.scrapes.push(await scrape(adminUrls));
    return evaluatePromql(expr, this.scrapes);
  }
}

function exprOf(name: string): string {
  const found = alerts.find(({ alert }) => alert === name);
  if (!found) {
    throw new Error(`there is no alert ${name}`);
  }
  return found.expr;
}
