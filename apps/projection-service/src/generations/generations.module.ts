import { Module } from '@nestjs/common';
import { GetRebuildController } from './get-rebuild/get-rebuild.controller';
import { RebuildMetrics } from './rebuild-metrics';
import { RequestRebuildController } from './request-rebuild/request-rebuild.controller';
import { RollBackController } from './roll-back/roll-back.controller';

/** The generations of the read models: what operators see of them, and what they can request. */
@Module({
  controllers: [RequestRebuildController, GetRebuildController, RollBackController],
  providers: [RebuildMetrics],
})
export class GenerationsModule {}
