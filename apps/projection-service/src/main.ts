import 'reflect-metadata';
import { runService } from '@tidemark/platform';
import { AppModule } from './app.module';
import { loadProjectionServiceConfig } from './config';

void runService({
  name: 'projection-service',
  description: 'Keeps the read models up to date with the log. Serves operations only.',
  config: () => loadProjectionServiceConfig(process.env),
  module: (config) => AppModule.forRoot(config),
});
