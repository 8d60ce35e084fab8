import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';
import { parseInstant } from './parse-instant';

/** An optional query parameter that is an RFC 3339 instant or a date; it arrives as a `Date`. */
export function IsInstant({ description }: { readonly description: string }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: String, format: 'date-time', description }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parseInstant(value) ?? value) : value,
    ),
    IsDate({ message: '$property must be an RFC 3339 date-time, such as 2010-12-01T08:26:00Z, or a date' }),
  );
}
