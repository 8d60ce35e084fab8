import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_SHOWN_ERRORS } from './problem-exception';

export class FieldFaultDto {
  @ApiProperty({
    description: 'Where: a path into the body, a parameter or a header',
    example: 'items[0].quantity',
  })
  readonly path!: string;

  @ApiProperty({ example: 'unknown_field' })
  readonly code!: string;

  @ApiProperty()
  readonly message!: string;
}

/** RFC 9457 problem details, for the OpenAPI document. */
export class ProblemDto {
  @ApiProperty({ example: 'urn:tidemark:problem:order_not_pending' })
  readonly type!: string;

  @ApiProperty({ example: 'Order not pending' })
  readonly title!: string;

  @ApiProperty({ example: 409 })
  readonly status!: number;

  @ApiProperty({ description: 'Stable; programs decide by it', example: 'order_not_pending' })
  readonly code!: string;

  @ApiProperty()
  readonly detail!: string;

  @ApiProperty()
  readonly correlationId!: string;

  @ApiPropertyOptional({
    type: [FieldFaultDto],
    maxItems: MAX_SHOWN_ERRORS,
    description: 'What is wrong with which field, the first faults of `errorCount`',
  })
  readonly errors?: readonly FieldFaultDto[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'How many faults there are; with `errors`',
  })
  readonly errorCount?: number;
}
