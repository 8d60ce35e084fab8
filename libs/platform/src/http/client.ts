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

/** The facts about the client that a command's events record. */
export interface Client {
  /**
   * HMAC-SHA-256 of the client's address, as base64url. A hash without a key could be reversed by trying every address.
   * Absent if the client has disconnected, because its socket then has no address.
   */
  readonly clientAddressHash?: string;
  /** The client's `User-Agent` without control characters, cut at 256 characters. Absent if nothing is left. */
  readonly userAgent?: string;
}

/** @param key by default a new one per process, so only hashes of this process can be compared with each other */
export function rememberAddressKey(
  server: FastifyInstance,
  key: LiveValue<Uint8Array> = constant(randomBytes(32)),
): void {
  server.decorate('addressKey', key);
}

/** The address is the first one that no trusted proxy owns, so a client can't choose it. */
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
