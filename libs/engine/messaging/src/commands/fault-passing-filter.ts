import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands every fault to the transport as it was thrown. Nest's own filter replaces it by "Internal server error", and so
 * would hide the fields that the transport (`retryable`) and dead letters (`code`) need.
 */
@Catch()
export class FaultPassingFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
