import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FaultFilter, TidemarkModule, type Part } from '@tidemark/nestjs';
import { expiringHold, releaseSeat } from './expiring-hold';
import { salesProjection, seatMapsProjection } from './read-models';
import { show } from './show';
import { ShowsController } from './shows.controller';

const { DATABASE_URL, RUNS, HOLD_MS = '600000', PORT = '3000' } = process.env;

@Module({
  imports: [
    TidemarkModule.forRoot({
      databaseUrl: DATABASE_URL!,
      migrate: 'onStart',
      // One program, deployed as a whole or in parts: RUNS=write,read and RUNS=projections,processes.
      runs: RUNS?.split(',') as Part[] | undefined,
    }),
    TidemarkModule.forFeature({
      aggregates: [show],
      projections: [seatMapsProjection, salesProjection],
      processes: [expiringHold(Number(HOLD_MS))],
      commands: [releaseSeat],
    }),
  ],
  controllers: [ShowsController],
})
class AppModule {}

void NestFactory.create(AppModule, new FastifyAdapter()).then((app) => {
  app.useGlobalFilters(new FaultFilter(app.getHttpAdapter()));
  app.enableShutdownHooks();
  return app.listen(PORT);
});
