import type { OrderId } from './order-id';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const digits = 10;
const bitsPerDigit = 5;

/**
 * The number that people read out: `TM-XXXXX-XXXXX`, Crockford base 32 of the id's last 50 bits. It identifies an order
 * to a human, not to a machine: two of a million orders share one with a probability of about 1 in 2,000.
 */
export function orderNumberOf(orderId: OrderId): string {
  const bits = BigInt(`0x${orderId.replaceAll('-', '')}`);
  const text = Array.from({ length: digits }, (_, index) => {
    const shift = BigInt((digits - 1 - index) * bitsPerDigit);
    return crockford[Number((bits >> shift) & 31n)];
  }).join('');
  return `TM-${text.slice(0, 5)}-${text.slice(5)}`;
}
