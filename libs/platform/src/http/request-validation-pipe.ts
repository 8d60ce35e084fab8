import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { tooLongLists } from '../dto/nested-fields';
import { invalidRequest } from '../problem/problem-exception';
import { validationFaults } from '../problem/validation-faults';

/**
 * Turns bodies, queries and path parameters into their DTOs, strictly: nothing is converted unless the DTO says so, an
 * unknown field or parameter is refused, and each bad field is named once. A field that was not sent is absent from the
 * DTO, not `undefined`. The elements of a list that is too long are not checked.
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      transformOptions: { enableImplicitConversion: false },
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => invalidRequest(...validationFaults(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Our own decorators refuse what they can't read, so their values are already valid.
    if (metadata.type === 'custom') {
      return value;
    }
    const tooLong = metadata.metatype ? tooLongLists(metadata.metatype, value) : [];
    if (tooLong.length > 0) {
      throw invalidRequest(...tooLong);
    }
    return withoutUndefined(await super.transform(value, metadata));
  }
}

/** An instance of a class has all declared fields, but `'phone' in dto` must mean that the field was sent. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) {
        delete (value as Record<string, unknown>)[key];
      } else {
        withoutUndefined(field);
      }
    }
  }
  return value;
}
