/** The story of one order in the demo. */
export interface Story {
  readonly title: string;
  readonly cardToken: string;
  /** Whether the stock is removed after the order was placed and before it is paid. */
  readonly losesStock: boolean;
  /** The final status of the order and its payment. */
  readonly end: { readonly order: string; readonly payment: string };
}

/** The story that loses its stock comes last, because the other stories buy the same products. */
export const stories: readonly Story[] = [
  {
    title: 'an order is paid, reserved, shipped and delivered',
    cardToken: 'tok_ok',
    losesStock: false,
    end: { order: 'DELIVERED', payment: 'CAPTURED' },
  },
  {
    title: 'a card is declined: the order stays pending',
    cardToken: 'tok_declined',
    losesStock: false,
    end: { order: 'PENDING', payment: 'FAILED' },
  },
  {
    title: 'the provider charges the card but does not answer: asked again, it has charged only once',
    cardToken: 'tok_charged_then_timeout',
    losesStock: false,
    end: { order: 'DELIVERED', payment: 'CAPTURED' },
  },
  {
    title: 'stock is missing: the order is refunded and cancelled',
    cardToken: 'tok_ok',
    losesStock: true,
    end: { order: 'CANCELLED', payment: 'REFUNDED' },
  },
];
