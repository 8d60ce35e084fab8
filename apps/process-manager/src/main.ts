import 'reflect-metadata';
import { runService } from '@tidemark/platform';
import { AppModule } from './app.module';
import { loadProcessManagerConfig } from './config';

void runService({
  name: 'process-manager',
  description:
    'Carries each order from payment to delivery, or undoes it, and shows the progress of each fulfilment.',
  config: () => loadProcessManagerConfig(process.env),
  module: (config) => AppModule.forRoot(config),
});
