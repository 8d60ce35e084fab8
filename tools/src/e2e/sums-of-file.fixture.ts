import { readFileSync } from 'node:fs';

/** The totals of a file. Amounts are in minor units of GBP, and quantities in pieces. */
export interface SumsOfFile {
  readonly invoices: number;
  readonly spentByCustomer: ReadonlyMap<string, number>;
  readonly soldBySku: ReadonlyMap<string, number>;
}

/**
 * Adds up a file independently, with none of the replay's code, so that a mistake in one of them shows as a difference.
 */
export function sumsOfFile(path: string): SumsOfFile {
  const invoices = new Set<string>();
  const spentByCustomer = new Map<string, number>();
  const soldBySku = new Map<string, number>();
  for (const text of readFileSync(path, 'utf8').split(/\r?\n/).slice(1)) {
    // Split from the right, because only the description can contain a comma.
    const row = /^(\d+),(\d{5}[a-zA-Z]*),.*,(\d+),[^,]+,(\d+(?:\.\d+)?),(\d+)\.0,[^,]+$/.exec(text);
    const [, invoice, stockCode, quantity, price, customer] = row ?? [];
    if (!invoice || Number(quantity) === 0 || Number(price) === 0) {
      continue;
    }
    const sku = stockCode!.toUpperCase();
    const pence = Math.round(Number(price) * 100) * Number(quantity);
    invoices.add(invoice);
    spentByCustomer.set(customer!, (spentByCustomer.get(customer!) ?? 0) + pence);
    soldBySku.set(sku, (soldBySku.get(sku) ?? 0) + Number(quantity));
  }
  return { invoices: invoices.size, spentByCustomer, soldBySku };
}
