import type { CommandEnvelope } from '@tidemark/messaging';

/**
 * The stream that a command is for, as far as can be told before its data is checked: a stock item's id is the product's,
 * everything else that a process asks for is named after the order. Commands for one stream run one after another.
 */
export function streamOf({ streamType, data }: CommandEnvelope): string | undefined {
  const id: unknown = fieldOf(data, streamType === 'StockItem' ? 'productId' : 'orderId');
  return typeof id === 'string' ? `${streamType}-${id}` : undefined;
}

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined;
}
