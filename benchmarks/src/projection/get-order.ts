import { freePort } from '@tidemark/test-servers';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchmarkOptions, Row } from '../harness/benchmark';
import { forkWorker } from '../harness/fork-worker';
import { measure } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { JsonClient } from '../http/json-client';
import { connections, type ReadSide } from './read-side';
import { models } from './traffic';

const rounds = 5;

/** `GET /v1/orders/{id}` of the query service against a route that finds the same documents by their ids. */
export async function getOrder(
  { queries, readStoreUrl: url, orderIds }: ReadSide,
  { seconds, signal, onPostgres }: BenchmarkOptions,
): Promise<readonly Row[]> {
  const { generation } = models.find(({ name }) => name === 'order_details')!;
  const port = await freePort();
  const bare = forkWorker(join(__dirname, 'bare-reader.ts'), { url, generation, port });
  const bareClient = new JsonClient(`http://127.0.0.1:${port}`, connections);
  try {
    await once(bare.child, 'message');
    const readBy = (client: JsonClient) => async () => {
      const { status } = await client.get(`/v1/orders/${anyOf(orderIds)}`);
      if (status !== 200) {
        throw new Error(`a request for an existing order was answered with ${status}`);
      }
    };
    const contenders = [
      { name: 'tidemark', operate: readBy(queries) },
      { name: !onPostgres ? 'bare-find-one' : 'bare-select', operate: readBy(bareClient) },
    ];
    const found = await measure(contenders, { concurrency: connections, seconds, rounds, signal });
    return contenders.map(({ name }, index) => rowOf('get-order', name, found[index]!));
  } finally {
    bareClient.close();
    await bare.stop();
  }
}

export function anyOf<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)]!;
}
