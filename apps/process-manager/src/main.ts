import 'reflect-metadata';
import { runService } from '@tidemark/platform';
import { AppModule } from './app.module';
import { loadProcessManagerConfig } from './config';

void runService({
  name: 'process-manager',
  description:
    'Carries every order from its payment to its delivery, or back; and tells how far each has come.',
  config: () => loadProcessManagerConfig(process.env),
  module: (config) => AppModule.forRoot(config),
});
