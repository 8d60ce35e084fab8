import type { INestApplicationContext } from '@nestjs/common';
import { startSpan, type OpenSpan } from '@tidemark/tracing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAdminPath } from '../admin-port/admin-path';
import { AdminPort } from '../admin-port/admin-port';
import { Authenticator } from '../auth/authenticator';
import { authorizationOf } from '../auth/authorization-header';
import { RateLimiter } from '../auth/rate-limiter';
import { RefusalLimiter, rateLimited } from '../auth/refusal-limiter';
import { isProtectedPath, requireRole } from '../auth/route-access';
import type { Caller } from '../auth/caller';
import { rememberAddressKey } from '../http/client';
import { requireWellFormedCorrelationId } from '../http/correlation-id';
import { requireKnownExpectation, requireSingleHeaders } from '../http/header-rules';
import { requireSoundQuery } from '../http/query-rules';
import { traceparentOf } from '../http/traceparent';
import { RequestLog } from '../metrics/request-log';
import { problem } from '../problem/problems';
import { DrainState } from '../health/drain-state';
import { PLATFORM_CONFIG, type PlatformConfig } from '../config/platform-config';
import { securityHeadersOf } from './security-headers';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for a route of `/v1` or `/admin`. */
    span: OpenSpan | null;
  }
}

/**
 * Adds the checks and measurements that come before Nest handles a request. Fastify reads the body before Nest's guards
 * run, and a caller without the needed role must not learn that its body is too large or malformed. So the caller is
 * checked in `onRequest`, before the body, and headers and query in `preValidation`, after the body. The checks answer
 * in this order: 401, 403, 413 and 415, then 400.
 */
export function addRequestHooks(server: FastifyInstance, app: INestApplicationContext): void {
  const adminPort = app.get(AdminPort);
  const authenticator = app.get(Authenticator);
  const rateLimiter = app.get(RateLimiter);
  const refusalLimiter = app.get(RefusalLimiter);
  const drainState = app.get(DrainState);
  const requestLog = app.get(RequestLog);

  server.decorateRequest('caller', null);
  server.decorateRequest('span', null);
  rememberAddressKey(server, app.get<PlatformConfig>(PLATFORM_CONFIG).http.addressKey);

  /**
   * Whether a path without a route is protected. A path of the other port does not exist on this one, with or without a
   * token.
   */
  const isProtected = (request: FastifyRequest) => {
    const path = pathOf(request);
    return isProtectedPath(path) && isAdminPath(path) === (adminPort.portOf(request.raw) === 'admin');
  };

  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) {
        requestLog.aborted(request, reply);
        request.span?.end({ error: 'aborted' });
      }
    });
    void reply.headers({ 'x-correlation-id': request.id, ...securityHeadersOf(pathOf(request)) });
    requireSingleHeaders(request);
    requireKnownExpectation(request);
    if (drainState.isClosing) {
      throw problem('shutting_down', { retryAfterSeconds: 1 });
    }
    const access = request.routeOptions.config.access;
    if (access === 'public' || (access === undefined && !isProtected(request))) {
      return;
    }
    request.span = spanOf(request);
    try {
      const caller = await authenticator.authenticate(authorizationOf(request.raw));
      if (access !== undefined) {
        requireRole(caller, access);
      }
      requireWithinRate(rateLimiter, caller);
      request.caller = caller;
    } catch (error) {
      throw refusalLimiter.limited(error, request.ip);
    }
  });

  server.addHook('preValidation', async (request: FastifyRequest) => {
    requireWellFormedCorrelationId(request);
    requireSoundQuery(request.query);
  });

  server.addHook('onSend', async (_request: FastifyRequest, reply: FastifyReply) => {
    if (drainState.isDraining) {
      // When the server closes, it only closes idle connections. A connection that answers later would be kept alive
      // and would delay the shutdown.
      void reply.header('connection', 'close');
    }
  });

  server.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    requestLog.completed(request, reply);
    request.span?.end({
      attributes: { 'http.response.status_code': reply.statusCode },
      ...(reply.statusCode >= 500 && { error: String(reply.statusCode) }),
    });
  });
}

/** The span is named by the route's pattern, because paths contain ids and would make too many names. */
function spanOf({ id, method, headers, routeOptions }: FastifyRequest): OpenSpan {
  const route = routeOptions.url ?? 'unmatched';
  const traceparent = traceparentOf(headers.traceparent);
  return startSpan({
    name: `${method} ${route}`,
    kind: 'server',
    ...(traceparent !== undefined && { traceparent }),
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'tidemark.correlation_id': id,
    },
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}

/** Only customers are limited: callers with other roles belong to the installation. */
function requireWithinRate(rateLimiter: RateLimiter, caller: Caller): void {
  if (caller.roles.some((role) => role !== 'customer')) {
    return;
  }
  const retryAfterSeconds = rateLimiter.take(caller.subject);
  if (retryAfterSeconds > 0) {
    throw rateLimited(retryAfterSeconds);
  }
}
