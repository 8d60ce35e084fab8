import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const refusals: Readonly<Record<string, readonly [line: string, code: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request_timeout'],
};

const timedOut = new WeakSet<Socket>();

/**
 * For Fastify's `clientErrorHandler`: answers bytes that are not HTTP, or that did not arrive in time. There is no
 * request object yet, so the answer is written directly to the socket. The connection is closed even if the client is
 * still sending.
 */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) {
    return;
  }
  const [line, code] = refusals[error.code ?? ''] ?? ['400 Bad Request', 'malformed_request'];
  if (code === 'request_timeout') {
    timedOut.add(socket);
  }
  const body = JSON.stringify({
    type: `urn:tidemark:problem:${code}`,
    status: Number(line.slice(0, 3)),
    code,
  });
  if (socket.writable && !isAnswering(socket)) {
    socket.write(
      `HTTP/1.1 ${line}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

/** Whether the connection ended because its request did not arrive in time. */
export function hasTimedOut(socket: Socket): boolean {
  return timedOut.has(socket);
}

/** A second answer within the first one would be read as a part of it. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
  return answer?.headersSent === true;
}
