import type { IncomingMessage } from 'node:http';

const NAME = 'authorization';

/**
 * The request's `Authorization` header, or undefined without one. Several headers are joined by commas, so that they
 * fail as a token. Node's `headers` would keep only the first, and a gateway may have checked the last.
 */
export function authorizationOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isAuthorization(rawHeaders[index - 1]!));
  return values.length === 0 ? undefined : values.join(', ');
}

function isAuthorization(name: string): boolean {
  return name.length === NAME.length && name.toLowerCase() === NAME;
}
