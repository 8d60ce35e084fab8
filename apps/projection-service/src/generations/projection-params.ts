import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { projections } from '../projections';

const names = projections.map(({ name }) => name);

export class ProjectionParams {
  @ApiProperty({ enum: names })
  @IsIn(names, { message: `$property must be one of ${names.join(', ')}` })
  readonly name!: string;
}
