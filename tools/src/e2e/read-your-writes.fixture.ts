import type { WriteResult } from '@tidemark/client';
import { randomUUID } from 'node:crypto';
import { TidemarkClient } from '../client/tidemark-client';
import type { RunningSystem } from './running-system.fixture';
import { openShop, placeOrder, type Shop } from './shop.fixture';

/** Several customers and products, so that all partitions have work. */
const shops = 16;
const writersPerShop = 2;

/** A read after a write: the request, and whether its answer shows the write. */
interface Write {
  readonly result: WriteResult;
  readonly path: string;
  isIn(answer: unknown): boolean;
}

export interface ReadBack {
  readonly reads: number;
  /** One line for every answer, including 404, that did not show the write of its token. */
  readonly stale: readonly string[];
}

/**
 * Writes alternately at two replicas, and immediately reads the change at both with the write's token. The client
 * retries on 503; every other answer must show the write.
 */
export async function readBackEach(system: RunningSystem, writes: number): Promise<ReadBack> {
  const replicas = await clientsOf(system);
  const opened = await Promise.all(
    Array.from({ length: shops }, async () => new Writer(await openShop(system.client, 1_000_000))),
  );
  const stale: string[] = [];
  let begun = 0;
  const work = async (writer: Writer) => {
    for (let n = begun++; n < writes; n = begun++) {
      const { result, path, isIn } = await writer.write(n, replicas[n % replicas.length]!);
      const answers = await Promise.all(
        replicas.map((replica) => replica.get(path, result.consistencyToken)),
      );
      answers.forEach((answer, replica) => {
        if (!isIn(answer)) {
          stale.push(
            `${path} at replica ${replica}, after ${result.consistencyToken}: ${JSON.stringify(answer)}`,
          );
        }
      });
    }
  };
  const writers = opened.flatMap((writer) => Array.from({ length: writersPerShop }, () => work(writer)));
  await Promise.all(writers);
  return { reads: writes * replicas.length, stale };
}

async function clientsOf(system: RunningSystem): Promise<readonly TidemarkClient[]> {
  const { urls } = await system.addReplicas();
  const token = await system.installation.token({ role: 'service' });
  const second = new TidemarkClient({
    urls: {
      commandService: urls['command-service'],
      queryService: urls['query-service'],
      processManager: urls['process-manager'],
    },
    token,
  });
  return [system.client, second];
}

class Writer {
  /** The number of answered reads. */
  private orders = 0;

  constructor(private readonly shop: Shop) {}

  write(n: number, client: TidemarkClient): Promise<Write> {
    const kinds = [this.order, this.orderOfMany, this.stock];
    return kinds[n % kinds.length]!.call(this, client);
  }

  private async order(client: TidemarkClient): Promise<Write> {
    const { orderId, ...result } = await placeOrder(client, this.shop);
    this.orders += 1;
    const isIn = (answer: unknown) => (answer as { id: string } | undefined)?.id === orderId;
    return { result, path: `/v1/orders/${orderId}`, isIn };
  }

  private async orderOfMany(client: TidemarkClient): Promise<Write> {
    const before = this.orders;
    const result = await placeOrder(client, this.shop);
    this.orders += 1;
    const isIn = (answer: unknown) => ((answer as { orderCount?: number })?.orderCount ?? 0) > before;
    return { result, path: `/v1/customers/${this.shop.customerId}/statistics`, isIn };
  }

  private async stock(client: TidemarkClient): Promise<Write> {
    const path = `/v1/stock/${this.shop.productId}`;
    const result = await client.post(`${path}/receive`, { quantity: 1 }, randomUUID());
    const isIn = (answer: unknown) => ((answer as { version?: number })?.version ?? 0) >= result.version;
    return { result, path, isIn };
  }
}
