import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres';
import fastify from 'fastify';
import { listenForDeposits } from './bonus';
import { deposit, openAccount, Refused, withdraw } from './commands';
import { connectedAccounts } from './connected-accounts';

type Account = { Params: { id: string } };
type Amount = Account & { Body: { amount: number } };

async function main() {
  await PostgresEventStorageAdapter.createEventTable({ connectionString: process.env.DATABASE_URL! });
  listenForDeposits();
  const stores: [typeof connectedAccounts] = [connectedAccounts];

  const app = fastify();
  app.setErrorHandler((error, _, reply) =>
    error instanceof Refused ? reply.code(422).send({ code: error.message }) : reply.send(error),
  );
  app.post<Account & { Body: { owner: string } }>(
    '/accounts/:id',
    async ({ params: { id }, body }, reply) => {
      reply.code(201);
      return openAccount.handler({ id, owner: body.owner }, stores);
    },
  );
  app.post<Amount>('/accounts/:id/deposits', async ({ params: { id }, body, headers }, reply) => {
    reply.code(201);
    const key = headers['idempotency-key'] as string | undefined;
    return deposit.handler({ id, amount: body.amount, key }, stores);
  });
  app.post<Amount>('/accounts/:id/withdrawals', async ({ params: { id }, body }, reply) => {
    reply.code(201);
    return withdraw.handler({ id, amount: body.amount }, stores);
  });
  app.get<Account>('/accounts/:id', async ({ params: { id } }, reply) => {
    const { aggregate } = await connectedAccounts.getAggregate(id);
    return aggregate ? { owner: aggregate.owner, balance: aggregate.balance } : reply.code(404).send({});
  });
  process.once('SIGTERM', () => void app.close().then(() => process.exit()));
  await app.listen({ port: Number(process.env.PORT ?? 3000) });
}

void main();
