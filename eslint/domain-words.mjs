/**
 * Words of orders, payments and stock. `order` is not in the list, because the engine keeps things in order.
 * `afterOrder` lists the words that make `order` a word of the domain.
 */
const domainWords =
  /^(payments?|paid|shipments?|customers?|products?|stocks?|inventory|refund(s|ed)?|skus?|catalogues?|fulfilments?|carts?|invoices?|orders)$/;
const afterOrder =
  /^(id|number|item|line|total|created|paid|cancelled|shipped|delivered|placed|status|fulfilment)s?$/;

/** Splits a text into its words: `CustomerContactChanged` has three, `order_id` and `order-id` have two. */
function wordsOf(text) {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '');
}

function domainWordIn(text) {
  const words = wordsOf(text);
  return words.find((word, index) => {
    const next = words[index + 1]?.toLowerCase() ?? '';
    return (
      word === 'FULFILLED' ||
      domainWords.test(word.toLowerCase()) ||
      (word.toLowerCase() === 'order' && (text === 'Order' || afterOrder.test(next)))
    );
  });
}

/** Users build their own domain on the engine, so its code and comments must not contain a word of this domain. */
export const engineHasNoWordOfTheDomain = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { word: 'The engine has no word of the domain: {{ word }}.' },
  },
  create(context) {
    return {
      Program({ tokens, comments }) {
        for (const { type, value, loc } of [...tokens, ...comments]) {
          const text = type === 'String' ? value.slice(1, -1) : value;
          const word = domainWordIn(text);
          if (word !== undefined) {
            context.report({ loc, messageId: 'word', data: { word } });
          }
        }
      },
    };
  },
};
