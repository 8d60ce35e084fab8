import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_SHOWN_ERRORS } from './problem-exception';

export class FieldFaultDto {
  @ApiProperty({
    description: 'The path of a field in the body, or the name of a parameter or header',
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

  @ApiProperty({
    description: 'The stable code of the problem, for programs to act on',
    example: 'order_not_pending',
  })
  readonly code!: string;

  @ApiProperty()
  readonly detail!: string;

  @ApiProperty()
  readonly correlationId!: string;

  @ApiPropertyOptional({
    type: [FieldFaultDto],
    maxItems: MAX_SHOWN_ERRORS,
    description: 'The faults of the request, at most 20. `errorCount` counts them all',
  })
  readonly errors?: readonly FieldFaultDto[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'The total number of faults. Present with `errors`',
  })
  readonly errorCount?: number;
}
