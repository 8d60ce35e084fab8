import { Module } from '@nestjs/common';
import { GetStatisticsController } from './get-statistics/get-statistics.controller';
import { GetStatisticsHandler } from './get-statistics/get-statistics.handler';

@Module({
  controllers: [GetStatisticsController],
  providers: [GetStatisticsHandler],
})
export class CustomersModule {}
