import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { driftKinds, type Drift } from '@tidemark/projections';
import { IsIn, IsOptional } from 'class-validator';

export class VerifyQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Put right what differs; false when absent' })
  @IsOptional()
  @IsIn(['true', 'false'], { message: '$property is true or false' })
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
      'missing: the log makes it, and it is not there. unexpected: it is there, and the log makes none.',
  })
  readonly kind!: Drift['kind'];

  @ApiProperty({ description: 'Whether it is the fold of its events now' })
  readonly healed!: boolean;
}

export class VerificationDto {
  @ApiProperty({ example: 'order_list' })
  readonly projection!: string;

  @ApiProperty({ type: 'integer' })
  readonly generation!: number;

  @ApiProperty({ type: 'integer', description: 'Documents that were compared' })
  readonly checked!: number;

  @ApiProperty({ type: 'integer', description: 'Documents that were not the fold of their events' })
  readonly drifted!: number;

  @ApiProperty({ type: [DriftDto], description: 'The first hundred of them' })
  readonly drifts!: readonly DriftDto[];
}
