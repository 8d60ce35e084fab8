/** Why a row is not an order line. The reasons are checked in this order. */
export const skipReasons = [
  'malformed',
  'cancellation_or_adjustment',
  'no_customer',
  'not_a_product',
  'bad_quantity',
  'bad_price',
] as const;

export type SkipReason = (typeof skipReasons)[number];

/** One row of the data set that is an order line. */
export interface OrderLine {
  readonly invoice: string;
  readonly sku: string;
  /** Empty in some rows. */
  readonly description: string;
  readonly quantity: number;
  /** Minor units of GBP. */
  readonly unitPrice: number;
  readonly customerId: string;
  readonly country: string;
}

export const retailColumns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

const decimal = /^-?\d+(\.\d+)?$/;

/** Parses a row into an order line, or the reason why it is not one. */
export function classifyRow(fields: readonly string[]): OrderLine | SkipReason {
  const [invoice, stockCode, description, quantity, invoiceDate, unitPrice, customer, country] = fields.map(
    (field) => field.trim(),
  );
  if (
    fields.length !== retailColumns.length ||
    !invoice ||
    !/^-?\d+$/.test(quantity!) ||
    !decimal.test(unitPrice!) ||
    !/^(\d+(\.0)?)?$/.test(customer!) ||
    Number.isNaN(Date.parse(`${invoiceDate!.replace(' ', 'T')}Z`))
  ) {
    return 'malformed';
  }
  if (!/^\d+$/.test(invoice)) {
    return 'cancellation_or_adjustment';
  }
  if (!customer) {
    return 'no_customer';
  }
  if (!/^\d{5}[A-Za-z]*$/.test(stockCode!)) {
    return 'not_a_product';
  }
  if (Number(quantity) <= 0) {
    return 'bad_quantity';
  }
  if (Number(unitPrice) <= 0) {
    return 'bad_price';
  }
  return {
    invoice,
    sku: stockCode!.toUpperCase(),
    description: description!,
    quantity: Number(quantity),
    unitPrice: Math.round(Number(unitPrice) * 100),
    customerId: customer.replace(/\.0$/, ''),
    country: country!,
  };
}
