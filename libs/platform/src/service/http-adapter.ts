import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireDeclaredAccess } from '../auth/route-access';
import type { HttpConfig } from '../config/http-settings';
import { DEFAULT_BODY_LIMIT_BYTES, applyBodyLimit } from '../http/body-limit';
import { correlationIdOf } from '../http/correlation-id';
import { parseJsonBody } from '../http/json-body';
import { parseQuery } from '../http/query-rules';
import { addWriteHeaders } from '../http/write-endpoint';
import { invalidRequest } from '../problem/problem-exception';
import { sendProblem } from '../problem/send-problem';
import { refuseBytes } from '../http/refuse-bytes';
import { apiSecurityHeaders } from './security-headers';

/**
 * The limit is longer than any id, so that the route, which knows the format of its ids, refuses an id that is too
 * long.
 */
const MAX_PARAMETER_LENGTH = 2_048;

/** The longest delay between a request's time-out and its end. */
const MAX_CHECKING_INTERVAL_MS = 1_000;

/**
 * Fastify for Nest. It accepts only JSON bodies, of up to 8 KB or the route's `BodyLimit`. The correlation id is the
 * request's id, and errors are answered with problem details.
 */
export function createHttpAdapter(config: HttpConfig): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: DEFAULT_BODY_LIMIT_BYTES,
    trustProxy: config.trustedProxies === 0 ? false : config.trustedProxies,
    requestTimeout: config.requestTimeoutMs,
    http: {
      // Node uses the longer of the two for bodies, and its default for headers is 60 s.
      headersTimeout: config.requestTimeoutMs,
      requestTimeout: config.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(config.requestTimeoutMs, MAX_CHECKING_INTERVAL_MS),
      // Node's own answer has no problem details.
      requireHostHeader: false,
    },
    requestIdHeader: false,
    genReqId: correlationIdOf,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: parseQuery },
    // The hook in `request-hooks` answers instead, with problem details.
    return503OnClosing: false,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseBytes,
  });
  const server = adapter.getInstance<FastifyInstance>();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  server.addHook('onRoute', requireDeclaredAccess);
  server.addHook('onRoute', addWriteHeaders);
  server.addHook('onRoute', applyBodyLimit);
  // `request-hooks` refuses it with problem details, which Node does not do.
  server.server.on('checkExpectation', (...exchange) => server.server.emit('request', ...exchange));
  return adapter;
}

/**
 * Answers a URL that can't be matched to a route, for example because its percent-encoding is broken. No hook has run.
 */
function refuseAddress(_error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const fault = { path: 'path', code: 'malformed_path', message: 'the path is not valid URL encoding' };
  void sendProblem(reply.headers(apiSecurityHeaders), invalidRequest(fault));
}
