import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class RelayPartitionDto {
  @ApiProperty()
  readonly partition!: number;

  @ApiProperty({ description: "The log's last position in this partition" })
  readonly head!: number;

  @ApiProperty({ description: 'The last position that the broker has confirmed' })
  readonly published!: number;

  @ApiProperty({ description: 'head - published' })
  readonly backlog!: number;

  @ApiPropertyOptional({ description: 'The replica that relays it; absent while nobody does' })
  readonly owner?: string;

  @ApiProperty({ description: 'How often the partition changed hands' })
  readonly epoch!: number;

  @ApiPropertyOptional({
    description: 'Code of the fault that keeps the replica that answers from relaying it',
  })
  readonly error?: string;
}

export class RelayStatusDto {
  @ApiProperty({ type: [RelayPartitionDto] })
  readonly items!: readonly RelayPartitionDto[];
}
