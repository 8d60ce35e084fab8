import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FaultFilter, TidemarkModule } from '@tidemark/nestjs';
import { account } from './account';
import { AccountsController } from './accounts.controller';
import { balancesProjection } from './balances';
import { bonus, payBonus } from './bonus';

@Module({
  imports: [
    TidemarkModule.forRoot({ databaseUrl: process.env.DATABASE_URL!, migrate: 'onStart' }),
    TidemarkModule.forFeature({
      aggregates: [account],
      projections: [balancesProjection],
      processes: [bonus],
      commands: [payBonus],
    }),
  ],
  controllers: [AccountsController],
})
class AppModule {}

void NestFactory.create(AppModule, new FastifyAdapter()).then((app) => {
  app.useGlobalFilters(new FaultFilter(app.getHttpAdapter()));
  app.enableShutdownHooks();
  return app.listen(process.env.PORT ?? 3000);
});
