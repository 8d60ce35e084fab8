import { createPool } from '@tidemark/postgres';
import fastify from 'fastify';
import { MongoClient } from 'mongodb';

export interface BareReaderSettings {
  /** `mongodb://…` or `postgres://…` */
  readonly url: string;
  readonly generation: string;
  readonly port: number;
}

interface Orders {
  find(id: string): Promise<unknown>;
  close(): Promise<void>;
}

/** What the framework and the driver alone can do: a route that returns the document as it is stored. */
async function main({ url, generation, port }: BareReaderSettings): Promise<void> {
  const orders = url.startsWith('mongodb') ? await inMongo(url, generation) : inPostgres(url, generation);
  const service = fastify();
  service.get<{ Params: { id: string } }>('/v1/orders/:id', async (request, reply) => {
    const order = await orders.find(request.params.id);
    return order ?? reply.code(404).send({});
  });
  await service.listen({ port, host: '127.0.0.1' });
  process.send?.('listening');
  process.once('disconnect', () => {
    void service.close().then(() => orders.close());
  });
}

async function inMongo(url: string, collection: string): Promise<Orders> {
  const client = await MongoClient.connect(url, { maxPoolSize: 50, readConcern: { level: 'majority' } });
  const orders = client.db().collection<{ _id: string }>(collection);
  return { find: (id) => orders.findOne({ _id: id }), close: () => client.close() };
}

function inPostgres(url: string, table: string): Orders {
  const pool = createPool({ url, applicationName: 'bare-reader', maxConnections: 20 });
  const text = `SELECT document FROM read_models.${table} WHERE _id = $1`;
  return {
    find: async (id) => (await pool.query({ name: 'find', text, values: [id] })).rows[0]?.document,
    close: () => pool.end(),
  };
}

void main(JSON.parse(process.argv[2]!) as BareReaderSettings);
