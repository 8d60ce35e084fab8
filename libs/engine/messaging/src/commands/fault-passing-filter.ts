import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands every fault to the transport as it was thrown. Nest's own filter replaces it by "Internal server error", and
 * with it what the transport decides by (`retryable`) and what a dead letter is labelled with (`code`).
 */
@Catch()
export class FaultPassingFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
