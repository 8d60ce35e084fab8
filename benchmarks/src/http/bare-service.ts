import fastify from 'fastify';
import { randomUUID } from 'node:crypto';
import { contenderPool } from '../append/contender';

export interface BareServiceSettings {
  readonly databaseUrl: string;
  readonly port: number;
}

/** What the framework and the driver alone can do: a route that inserts the body into a table with one index. */
async function main({ databaseUrl, port }: BareServiceSettings): Promise<void> {
  const pool = contenderPool(databaseUrl);
  await pool.query('CREATE TABLE orders (id uuid PRIMARY KEY, body jsonb NOT NULL)');
  const service = fastify();
  service.post('/v1/orders', async (request, reply) => {
    const id = randomUUID();
    await pool.query({
      name: 'insert',
      text: 'INSERT INTO orders (id, body) VALUES ($1, $2)',
      values: [id, JSON.stringify(request.body)],
    });
    return reply.code(201).send({ id });
  });
  await service.listen({ port, host: '127.0.0.1' });
  process.send?.('listening');
  process.once('disconnect', () => {
    void service.close().then(() => pool.end());
  });
}

void main(JSON.parse(process.argv[2]!) as BareServiceSettings);
