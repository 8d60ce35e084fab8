import { randomUUID } from 'node:crypto';
import { eachLimited } from '../client/each-limited';
import { addProduct, receiveStock, registerCustomer } from '../client/shop-requests';
import type { TidemarkClient } from '../client/tidemark-client';
import type { ReplayPlan } from '../replay/plan-replay';

/**
 * Creates the plan's customers and products, and new stock of every product. When it resolves, all of these can be
 * read.
 */
export async function prepareShop(client: TidemarkClient, plan: ReplayPlan): Promise<void> {
  const run = `demo-${randomUUID()}`;
  const limit = 8;
  await eachLimited(plan.customers, limit, async (id) => {
    await registerCustomer(client, id);
  });
  await eachLimited(plan.products, limit, async (product) => {
    await addProduct(client, product);
    const received = await receiveStock(client, product, run);
    await client.get(`/v1/stock/${product.sku}`, received.consistencyToken);
  });
}
