import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireDeclaredAccess } from '../auth/route-access';
import type { HttpConfig } from '../config/http-settings';
import { correlationIdOf } from '../http/correlation-id';
import { parseJsonBody } from '../http/json-body';
import { addWriteHeaders } from '../http/write-endpoint';
import { invalidRequest } from '../problem/problem-exception';
import { sendProblem } from '../problem/send-problem';

const BODY_LIMIT_BYTES = 100 * 1024;

/** Longer than any id, so that an id that is too long is refused by the route that knows what ids look like. */
const MAX_PARAMETER_LENGTH = 2_048;

const MAX_CHECKING_INTERVAL_MS = 5_000;

/** Fastify for Nest: JSON bodies of up to 100 KB and nothing else, correlation ids as request ids, problems as answers. */
export function createHttpAdapter(config: HttpConfig): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.trustedProxies === 0 ? false : config.trustedProxies,
    requestTimeout: config.requestTimeoutMs,
    // Node looks for late requests every 30 s, which would make twice the time-out of it.
    http: { connectionsCheckingInterval: Math.min(config.requestTimeoutMs, MAX_CHECKING_INTERVAL_MS) },
    requestIdHeader: false,
    genReqId: correlationIdOf,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
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
  return adapter;
}

/** An address that no route can be looked up by, as one with a broken percent-encoding. No hook has run. */
function refuseAddress(_error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const fault = { path: 'path', code: 'malformed_path', message: 'the path cannot be decoded' };
  void sendProblem(reply, invalidRequest(fault));
}

/** Bytes that are no HTTP: there is no request yet, so the answer is written as it is. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) {
    return;
  }
  const [line, code] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'headers_too_large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'request_timeout']
        : ['400 Bad Request', 'malformed_request'];
  const body = JSON.stringify({
    type: `urn:tidemark:problem:${code}`,
    status: Number(line.slice(0, 3)),
    code,
  });
  if (socket.writable) {
    socket.end(
      `HTTP/1.1 ${line}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}
