import fastify from 'fastify';
import { MongoClient } from 'mongodb';

export interface BareReaderSettings {
  readonly mongodbUrl: string;
  readonly collection: string;
  readonly port: number;
}

/** What the framework and the driver alone can do: a route that returns the document as it is stored. */
async function main({ mongodbUrl, collection, port }: BareReaderSettings): Promise<void> {
  const client = await MongoClient.connect(mongodbUrl, {
    maxPoolSize: 50,
    readConcern: { level: 'majority' },
  });
  const orders = client.db().collection<{ _id: string }>(collection);
  const service = fastify();
  service.get<{ Params: { id: string } }>('/v1/orders/:id', async (request, reply) => {
    const order = await orders.findOne({ _id: request.params.id });
    return order ?? reply.code(404).send({});
  });
  await service.listen({ port, host: '127.0.0.1' });
  process.send?.('listening');
  process.once('disconnect', () => {
    void service.close().then(() => client.close());
  });
}

void main(JSON.parse(process.argv[2]!) as BareReaderSettings);
