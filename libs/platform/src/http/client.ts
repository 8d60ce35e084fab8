import { createHmac, randomBytes } from 'node:crypto';
import { constant, type LiveValue } from '@tidemark/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const MAX_USER_AGENT_LENGTH = 256;

declare module 'fastify' {
  interface FastifyInstance {
    /** See `rememberAddressKey`. */
    readonly addressKey: LiveValue<Uint8Array>;
  }
}

/** What the events of a command keep of the client that sent it. */
export interface Client {
  /**
   * HMAC-SHA-256 of its address, as base64url: there are too few addresses for a hash without a key to hide any. Absent
   * when the client has hung up by now, since its socket then knows no address.
   */
  readonly clientAddressHash?: string;
  /** Its `User-Agent` without control characters, cut at 256 characters; absent when nothing is left. */
  readonly userAgent?: string;
}

/** @param key a new one by default, by which hashes of this process can be compared with each other alone */
export function rememberAddressKey(
  server: FastifyInstance,
  key: LiveValue<Uint8Array> = constant(randomBytes(32)),
): void {
  server.decorate('addressKey', key);
}

/** The address is that of the first proxy that is not trusted, so a client can't choose it. */
export function clientOf({
  ip,
  headers,
  server,
}: Pick<FastifyRequest, 'headers' | 'server'> & { ip?: string }): Client {
  const userAgent = headers['user-agent']?.replace(/\p{Cc}/gu, '').slice(0, MAX_USER_AGENT_LENGTH);
  return {
    ...(ip && {
      clientAddressHash: createHmac('sha256', server.addressKey.current()).update(ip).digest('base64url'),
    }),
    ...(userAgent && { userAgent }),
  };
}
