/** The behaviour of the simulated provider with a card, by the card's token. An unknown card is declined. */
export type CardBehaviour =
  | { readonly kind: 'charge' }
  | { readonly kind: 'decline'; readonly reason: string }
  /** The first call is lost: nothing is charged, and the caller times out. The next call charges. */
  | { readonly kind: 'timeout_once' }
  /** The first call charges, but its answer is lost. The next call gets the answer. */
  | { readonly kind: 'charged_then_timeout' }
  /** Charged. The first refund is refused, and stays refused for the same key. A refund with another key is made. */
  | { readonly kind: 'refund_fails_once' };

const behaviours: ReadonlyMap<string, CardBehaviour> = new Map<string, CardBehaviour>([
  ['tok_ok', { kind: 'charge' }],
  ['tok_declined', { kind: 'decline', reason: 'card_declined' }],
  ['tok_timeout_once', { kind: 'timeout_once' }],
  ['tok_charged_then_timeout', { kind: 'charged_then_timeout' }],
  ['tok_refund_fails_once', { kind: 'refund_fails_once' }],
]);

export function behaviourOf(cardToken: string): CardBehaviour {
  return behaviours.get(cardToken) ?? { kind: 'decline', reason: 'unknown_card_token' };
}
