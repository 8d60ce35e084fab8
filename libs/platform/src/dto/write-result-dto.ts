import { ApiProperty } from '@nestjs/swagger';

/** The answer to every write. */
export class WriteResultDto {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty({ description: 'The version of the aggregate that `id` names, after this write', example: 1 })
  readonly version!: number;

  @ApiProperty({
    description: 'Send it as Consistency-Token with a read, and the read sees this write',
    example: '7:1042',
  })
  readonly consistencyToken!: string;
}
