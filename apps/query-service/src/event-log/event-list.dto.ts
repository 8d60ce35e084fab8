import { ApiProperty } from '@nestjs/swagger';
import type { EventEnvelope } from '@tidemark/kernel';
import { pageDto } from '@tidemark/platform';

/** An event as the log holds it, with its payload lifted to the current schema version. */
export class EventEnvelopeDto implements EventEnvelope {
  @ApiProperty({ format: 'uuid' })
  readonly eventId!: string;

  @ApiProperty({ example: 'Order-3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11' })
  readonly streamId!: string;

  @ApiProperty({ example: 'Order' })
  readonly streamType!: string;

  @ApiProperty({ minimum: 1 })
  readonly version!: number;

  @ApiProperty({ minimum: 0 })
  readonly partition!: number;

  @ApiProperty({ minimum: 1 })
  readonly position!: number;

  @ApiProperty({ example: 'OrderPaid' })
  readonly type!: string;

  @ApiProperty({ minimum: 1, description: 'The version of the schema that the event was written with' })
  readonly schemaVersion!: number;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly data!: unknown;

  @ApiProperty({ format: 'date-time' })
  readonly timestamp!: string;

  @ApiProperty()
  readonly correlationId!: string;

  @ApiProperty({ description: 'The id of the command that caused the event' })
  readonly causationId!: string;

  @ApiProperty({
    type: 'object',
    properties: {
      actor: { type: 'string' },
      causingEventId: { type: 'string' },
      traceparent: { type: 'string' },
      clientAddressHash: { type: 'string' },
      userAgent: { type: 'string' },
    },
    required: ['actor'],
  })
  readonly metadata!: EventEnvelope['metadata'];
}

export class EventListDto extends pageDto(EventEnvelopeDto) {}
