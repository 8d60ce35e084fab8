import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { RefusalLog } from './refusal-log';
import { WriteGateway } from './write-gateway';

/** What every use case needs at its edge. */
@Module({ imports: [CqrsModule], providers: [WriteGateway, RefusalLog], exports: [WriteGateway, RefusalLog] })
export class WriteModule {}
