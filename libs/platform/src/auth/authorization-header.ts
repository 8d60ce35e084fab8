import type { IncomingMessage } from 'node:http';

const NAME = 'authorization';

/**
 * The request's `Authorization` header, or undefined without one. Several come joined by commas, which is no token: Node's
 * `headers` would keep the first alone, and a gateway may have judged by the last.
 */
export function authorizationOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isAuthorization(rawHeaders[index - 1]!));
  return values.length === 0 ? undefined : values.join(', ');
}

function isAuthorization(name: string): boolean {
  return name.length === NAME.length && name.toLowerCase() === NAME;
}
