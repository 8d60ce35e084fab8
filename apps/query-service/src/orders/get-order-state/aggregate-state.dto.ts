import { ApiProperty } from '@nestjs/swagger';

/** The state of an aggregate right after one of its events. */
export class AggregateStateDto {
  @ApiProperty({ example: 'Order-3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11' })
  readonly streamId!: string;

  @ApiProperty({ minimum: 1 })
  readonly version!: number;

  @ApiProperty({ format: 'date-time', description: 'When the event that led to this version was written' })
  readonly timestamp!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The state that the write side decides on',
  })
  readonly state!: object;
}
