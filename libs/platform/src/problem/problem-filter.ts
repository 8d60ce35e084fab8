import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { ROOT_LOGGER } from '../logging/logging';
import { problemOf } from './problem-of';
import { sendProblem } from './send-problem';

/**
 * The only place where an HTTP error leaves a service. Errors that are the service's fault are logged with their cause.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(ROOT_LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (isLostUpload(thrown, reply)) {
      return;
    }
    const problem = problemOf(thrown);
    const { id: correlationId, method, routeOptions } = reply.request;
    const context = { correlationId, method, route: routeOptions.url, code: problem.code };
    if (problem.getStatus() >= 500) {
      this.logger.error({ ...context, err: problem.cause ?? thrown }, 'request failed');
    }
    if (reply.sent) {
      this.logger.warn({ ...context, err: thrown }, 'a request failed after its response was sent');
      return;
    }
    void sendProblem(reply, problem);
  }
}

/** The connection ended within the body, so no client is left to answer. `RequestLog` counts the request. */
function isLostUpload(thrown: unknown, { request }: FastifyReply): boolean {
  return Boolean(thrown) && thrown === request.raw.errored;
}
