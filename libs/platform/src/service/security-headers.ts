import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

type Headers = Readonly<Record<string, string>>;

/** A JSON answer needs no further resources, even if a browser renders it as a page. */
export const apiSecurityHeaders = headersWith({
  'default-src': ["'none'"],
  'frame-ancestors': ["'none'"],
});

/** Swagger UI loads its scripts from files, and has styles in the page and on its elements. */
const docsSecurityHeaders = headersWith({
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
});

/** The security headers of an answer from this path. */
export function securityHeadersOf(path: string): Headers {
  return /^\/docs(\/|$)/.test(path) ? docsSecurityHeaders : apiSecurityHeaders;
}

/** Created once. `@fastify/helmet` creates them again for every request, which takes twenty times as long. */
function headersWith(directives: Readonly<Record<string, string[]>>): Headers {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => {},
  };
  const setHeaders = helmet({ contentSecurityPolicy: { useDefaults: false, directives } });
  setHeaders({} as IncomingMessage, answer as unknown as ServerResponse, () => {});
  return headers;
}
