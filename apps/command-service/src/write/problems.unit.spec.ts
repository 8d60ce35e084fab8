import { refusalProblem, statusOf } from './problems';

/** The codes of the domain that the public interface names, by status. */
const published: Record<number, string> = {
  404: 'item_not_found',
  409:
    'order_exists order_not_pending payment_in_progress order_already_shipped order_already_cancelled customer_exists ' +
    'product_exists shipment_not_ready shipment_not_dispatched',
  422:
    'unknown_customer unknown_product product_discontinued order_item_limit duplicate_product mixed_currency ' +
    'insufficient_stock order_needs_an_item order_change_limit payment_attempt_limit stock_would_be_negative',
};

it.each(Object.entries(published))('answers with %s: %s', (status, codes) => {
  for (const code of codes.split(' ')) {
    expect([code, statusOf(code)]).toEqual([code, Number(status)]);
  }
});

it("answers a refusal of the domain in the domain's own words", () => {
  const problem = refusalProblem({ code: 'order_not_pending', message: 'order 7 is PAID' });
  expect(problem.getStatus()).toBe(409);
  expect(problem).toMatchObject({ code: 'order_not_pending', message: 'order 7 is PAID' });
});
