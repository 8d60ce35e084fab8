import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { tooLongLists } from '../dto/nested-fields';
import { invalidRequest } from '../problem/problem-exception';
import { validationFaults } from '../problem/validation-faults';

/**
 * Turns bodies, queries and path parameters into their DTOs, strictly: nothing is converted unless the DTO says so, an
 * unknown field or parameter is refused, each bad field is named once, and a field that was not sent is absent from the DTO,
 * not `undefined` in it. Elements of a list that is too long are not looked at.
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
    // A decorator of our own refuses what it can't read, so its value is right already.
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

/** A class declares its fields, so an instance has all of them; `'phone' in dto` must mean that it was sent. */
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
