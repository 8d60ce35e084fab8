import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CommandTransport } from '@tidemark/messaging';
import { AppModule } from './app.module';
import type { CommandServiceConfig } from './config';

/** The definition of the service, for `runService` and for tests. */
export const commandService = {
  name: 'command-service',
  description: 'The write API: orders, payments, stock, shipments, customers and the catalogue.',
  module: (config: CommandServiceConfig) => AppModule.forRoot(config),
  configure: (app: NestFastifyApplication) => {
    app.connectMicroservice({ strategy: app.get(CommandTransport) });
  },
};
