import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class RelayPartitionDto {
  @ApiProperty()
  readonly partition!: number;

  @ApiProperty({ description: "The log's last position in this partition" })
  readonly head!: number;

  @ApiProperty({ description: 'The last position that the broker confirmed' })
  readonly published!: number;

  @ApiProperty({ description: 'head - published' })
  readonly backlog!: number;

  @ApiPropertyOptional({ description: 'The replica that relays the partition. Absent while no replica does' })
  readonly owner?: string;

  @ApiProperty({ description: 'How often the partition changed its owner' })
  readonly epoch!: number;

  @ApiPropertyOptional({
    description: 'The code of the error that stops this replica from relaying the partition',
  })
  readonly error?: string;
}

export class RelayStatusDto {
  @ApiProperty({
    enum: ['rabbitmq', 'log'],
    description: 'Where consumers get events from. With `log`, they follow the log, and there is no relay',
  })
  readonly delivery!: 'rabbitmq' | 'log';

  @ApiProperty({ type: [RelayPartitionDto] })
  readonly items!: readonly RelayPartitionDto[];
}
