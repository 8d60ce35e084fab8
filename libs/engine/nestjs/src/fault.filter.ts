import { Catch, HttpException, HttpStatus, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { Fault } from '@tidemark/kernel';
import { CommandRefusedError } from './errors';

const statuses: Readonly<Record<string, HttpStatus>> = {
  invalid_consistency_token: HttpStatus.BAD_REQUEST,
  version_mismatch: HttpStatus.PRECONDITION_FAILED,
  command_id_reused: HttpStatus.UNPROCESSABLE_ENTITY,
  command_refused: HttpStatus.UNPROCESSABLE_ENTITY,
  concurrent_modification: HttpStatus.CONFLICT,
};

/**
 * Answers an HTTP request with a fault's or a refusal's code: 400, 409, 412 or 422 where the caller can act on it, 503
 * if a retry may help, and 500 otherwise. The text of a fault that is not the caller's is never shown.
 *
 * `app.useGlobalFilters(new FaultFilter(app.getHttpAdapter()))`, or a provider of `APP_FILTER`.
 */
@Catch(Fault)
export class FaultFilter extends BaseExceptionFilter<Fault> {
  override catch(fault: Fault, host: ArgumentsHost): void {
    const { code, message } = fault instanceof CommandRefusedError ? fault.refusal : fault;
    const status = statuses[fault.code];
    if (status !== undefined) {
      super.catch(exceptionOf(status, code, message) as never, host);
    } else if (fault.retryable) {
      super.catch(exceptionOf(HttpStatus.SERVICE_UNAVAILABLE, code, 'try again later') as never, host);
    } else {
      super.catch(fault, host);
    }
  }
}

function exceptionOf(statusCode: HttpStatus, code: string, message: string): HttpException {
  return new HttpException({ statusCode, code, message }, statusCode);
}
