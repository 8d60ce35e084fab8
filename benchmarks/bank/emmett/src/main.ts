import { IllegalStateError, projections } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { pongoClient } from '@event-driven-io/pongo';
import fastify from 'fastify';
import { deposit, open, withdraw } from './account';
import { balancesProjection, collectionName, type Balance } from './balances';
import { bonusConsumer } from './bonus';
import { handleAccount } from './handle';

type Account = { Params: { id: string } };
type Amount = Account & { Body: { amount: number } };

async function main() {
  const connectionString = process.env.DATABASE_URL!;
  const store = getPostgreSQLEventStore(connectionString, {
    projections: projections.inline([balancesProjection]),
  });
  await store.schema.migrate();
  const balances = pongoClient(connectionString).db().collection<Balance>(collectionName);
  await balances.createCollection();
  const handle = handleAccount(store);
  const consumer = bonusConsumer(connectionString, handle);

  const app = fastify();
  app.setErrorHandler((error, _, reply) =>
    error instanceof IllegalStateError ? reply.code(422).send({ code: error.message }) : reply.send(error),
  );
  app.post<Account & { Body: { owner: string } }>('/accounts/:id', async ({ params, body }, reply) => {
    reply.code(201);
    return handle(params.id, open(body.owner));
  });
  app.post<Amount>('/accounts/:id/deposits', async ({ params, body, headers }, reply) => {
    reply.code(201);
    return handle(params.id, deposit(body.amount, headers['idempotency-key'] as string | undefined));
  });
  app.post<Amount>('/accounts/:id/withdrawals', async ({ params, body }, reply) => {
    reply.code(201);
    return handle(params.id, withdraw(body.amount));
  });
  app.get<Account>('/accounts/:id', async ({ params }, reply) => {
    const found = await balances.findOne({ _id: params.id });
    return found ? { owner: found.owner, balance: found.balance } : reply.code(404).send({});
  });
  app.addHook('onClose', async () => {
    await consumer.close();
    await store.close();
  });
  process.once('SIGTERM', () => void app.close().then(() => process.exit()));
  void consumer.start();
  await app.listen({ port: Number(process.env.PORT ?? 3000) });
}

void main();
