import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/**
 * The class of an answer that is one page of a list. Extend this class, because the description of the API shows the
 * class's name.
 */
export function pageDto<Item>(item: Type<Item>) {
  class PageDto {
    @ApiProperty({ type: [item] })
    readonly items!: readonly Item[];

    @ApiPropertyOptional({ description: 'Pass it as `cursor` to get the next page. Absent on the last page' })
    readonly nextCursor?: string;
  }
  return PageDto;
}
