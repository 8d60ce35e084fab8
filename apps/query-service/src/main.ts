import 'reflect-metadata';
import { runService } from '@tidemark/platform';
import { AppModule } from './app.module';
import { loadQueryServiceConfig } from './config';

void runService({
  name: 'query-service',
  description: 'The read API: orders, statistics, stock, shipments, and the events behind them.',
  config: () => loadQueryServiceConfig(process.env),
  module: (config) => AppModule.forRoot(config),
});
