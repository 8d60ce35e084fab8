import { ApiProperty } from '@nestjs/swagger';

/** What every write answers. */
export class WriteResultDto {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty({ description: 'The version of what `id` names, after this write', example: 1 })
  readonly version!: number;

  @ApiProperty({ description: 'Send it back as Consistency-Token to read this write', example: '7:1042' })
  readonly consistencyToken!: string;
}
