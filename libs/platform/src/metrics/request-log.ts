import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Histogram } from 'prom-client';
import { ROOT_LOGGER } from '../logging/logging';
import { hasTimedOut } from '../http/refuse-bytes';
import { Metrics } from './metrics';

const REQUEST_TIMEOUT = 408;
/** The logged status of a request whose client disconnected, as in nginx. No client gets it. */
const CLIENT_CLOSED_REQUEST = 499;

const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Writes one log line and one measurement per request. Both name the route's pattern, because paths contain ids and
 * would make too many series.
 */
@Injectable()
export class RequestLog {
  private readonly duration: Histogram<'method' | 'route' | 'status'>;

  constructor(
    metrics: Metrics,
    @Inject(ROOT_LOGGER) private readonly logger: Logger,
  ) {
    this.duration = metrics.histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its response',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS_SECONDS,
    });
  }

  completed(request: FastifyRequest, reply: FastifyReply): void {
    this.record(request, reply, reply.statusCode, 'request completed');
  }

  /**
   * Records a request whose connection ended before its answer, because the client closed it or the body did not arrive
   * in time.
   */
  aborted(request: FastifyRequest, reply: FastifyReply): void {
    const status = hasTimedOut(request.raw.socket) ? REQUEST_TIMEOUT : CLIENT_CLOSED_REQUEST;
    this.record(request, reply, status, 'request aborted');
  }

  private record(request: FastifyRequest, reply: FastifyReply, status: number, event: string): void {
    const { method, id: correlationId, caller } = request;
    const route = request.routeOptions.url ?? 'unmatched';
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    this.duration.observe({ method, route, status }, reply.elapsedTime / 1000);
    const line = {
      correlationId,
      method,
      route,
      status,
      durationMs,
      ...(caller && { actor: caller.subject }),
    };
    if (request.routeOptions.config.access === 'public') {
      this.logger.debug(line, event);
    } else {
      this.logger.info(line, event);
    }
  }
}
