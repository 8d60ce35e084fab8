import { join } from 'node:path';
import { createInstallation } from './create-installation';
import { serviceNames } from './service-name';

/** Starts an installation in the given folder, prints its addresses, and waits to be killed. */
async function main(folder: string): Promise<void> {
  const installation = await createInstallation({
    storage: {
      databaseUrl: 'postgresql://postgres@127.0.0.1/mine',
      amqpUrl: 'amqp://127.0.0.1/mine',
      amqpPrefix: 'mine',
      mongodbUrl: 'mongodb://127.0.0.1/mine',
    },
    ports: 'free',
    logDirectory: join(folder, 'logs'),
    appsDirectory: join(folder, 'apps'),
    ledgerDirectory: join(folder, 'processes'),
  });
  await installation.start();
  const pids = serviceNames.map((name) => installation.service(name).pid);
  const port = Number(new URL(installation.urls['query-service']).port);
  process.stdout.write(`${JSON.stringify({ pids, port })}\n`);
  setInterval(() => {}, 60_000);
}

void main(process.argv[2]!);
