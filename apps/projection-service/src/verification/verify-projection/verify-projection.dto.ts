import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { driftKinds, type Drift } from '@tidemark/projections';
import { IsIn, IsOptional } from 'class-validator';

export class VerifyQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Whether to repair documents that differ. Defaults to false',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: '$property must be true or false' })
  readonly heal?: 'true' | 'false';
}

export class DriftDto {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty({ type: 'integer' })
  readonly partition!: number;

  @ApiProperty({
    enum: driftKinds,
    description:
      'missing: the fold has this document and the read model does not. unexpected: the read model has it and the fold does not.',
  })
  readonly kind!: Drift['kind'];

  @ApiProperty({ description: 'Whether the document was repaired' })
  readonly healed!: boolean;
}

export class VerificationDto {
  @ApiProperty({ example: 'order_list' })
  readonly projection!: string;

  @ApiProperty({ type: 'integer' })
  readonly generation!: number;

  @ApiProperty({ type: 'integer', description: 'The number of documents that were compared' })
  readonly checked!: number;

  @ApiProperty({
    type: 'integer',
    description: 'The number of documents that differed from the fold of their events',
  })
  readonly drifted!: number;

  @ApiProperty({ type: [DriftDto], description: 'The first 100 documents that differed' })
  readonly drifts!: readonly DriftDto[];
}
