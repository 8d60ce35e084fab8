import type { Installation } from '@tidemark/test-servers';
import { readAlerts } from '../deployment/alerts.fixture';
import { comparedIn, evaluatePromql } from './evaluate-promql.fixture';
import { scrape, type Sample, type Scrape } from './scrape.fixture';

const alerts = readAlerts();

/** Evaluates an installation's alerts like its Prometheus, except for how long a condition must last (`for`). */
export class AlertWatch {
  private scrapes: Scrape[] = [];

  constructor(private readonly installation: Pick<Installation, 'urls' | 'adminUrls'>) {}

  /**
   * The series for which an alert's condition holds after one more scrape.
   *
   * @param threshold replaces the alert's own threshold, which a test has no time to reach
   */
  async firing(name: string, threshold?: number): Promise<readonly Sample[]> {
    const expr = exprOf(name);
    return this.ask(threshold === undefined ? expr : `${comparedIn(expr)} > ${threshold}`);
  }

  /**
   * The highest value that an alert compares with its threshold after one more scrape; `undefined` if there is none.
   */
  async value(name: string): Promise<number | undefined> {
    const found = await this.ask(comparedIn(exprOf(name)));
    return found.length === 0 ? undefined : Math.max(...found.map(({ value }) => value));
  }

  /** Moves all earlier scrapes out of every range. */
  forget(): void {
    this.scrapes = [];
  }

  private async ask(expr: string): Promise<readonly Sample[]> {
    // Probes like the kubelet, every few seconds.
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
