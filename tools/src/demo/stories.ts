/** One order's way through the demo. */
export interface Story {
  readonly title: string;
  readonly cardToken: string;
  /** Taken out of stock after the order was placed and before it is paid. */
  readonly losesStock: boolean;
  /** The order and its payment, at the end. */
  readonly end: { readonly order: string; readonly payment: string };
}

/** The one that loses its stock comes last, since the others buy some of the same. */
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
