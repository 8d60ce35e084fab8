import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { WriteGateway } from './write-gateway';

/** What every use case needs at its edge. */
@Module({ imports: [CqrsModule], providers: [WriteGateway], exports: [WriteGateway] })
export class WriteModule {}
