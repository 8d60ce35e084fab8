import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { RefusalLog } from './refusal-log';
import { WriteGateway } from './write-gateway';

/** The providers that the HTTP side of every use case needs. */
@Module({ imports: [CqrsModule], providers: [WriteGateway, RefusalLog], exports: [WriteGateway, RefusalLog] })
export class WriteModule {}
