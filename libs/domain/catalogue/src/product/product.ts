import type { Aggregate } from '@tidemark/kernel';
import type { Money } from '@tidemark/kernel/money';
import type { ProductId } from '../product-id';
import { productContracts, type ProductEvent } from './events';

/** A product as the catalogue has it. An order takes its price snapshot from here. */
export interface CatalogueEntry {
  readonly status: 'ACTIVE' | 'DISCONTINUED';
  readonly name: string;
  readonly imageUrl?: string | undefined;
  readonly price: Money;
}

export type ProductState =
  { readonly status: 'ABSENT' } | (CatalogueEntry & { readonly productId: ProductId });

export const product: Aggregate<ProductState, ProductEvent, ProductId> = {
  streamType: 'Product',
  initial: { status: 'ABSENT' },
  evolve,
  partitionKeyOf: ({ data }) => data.productId,
  contracts: productContracts,
  stateVersion: 1,
};

function evolve(state: ProductState, event: ProductEvent): ProductState {
  if (event.type === 'ProductAdded') {
    return { status: 'ACTIVE', ...event.data };
  }
  if (state.status === 'ABSENT') {
    return state;
  }
  switch (event.type) {
    case 'ProductPriceChanged':
      return { ...state, price: event.data.price };
    case 'ProductDetailsChanged':
      return { ...state, name: event.data.name, imageUrl: event.data.imageUrl };
    case 'ProductDiscontinued':
      return { ...state, status: 'DISCONTINUED' };
    default:
      return event satisfies never;
  }
}

/** `undefined` for a product that was never added. */
export function catalogueEntryOf(state: ProductState): CatalogueEntry | undefined {
  return state.status === 'ABSENT' ? undefined : state;
}
