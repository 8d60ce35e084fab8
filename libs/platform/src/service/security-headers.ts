import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

type Headers = Readonly<Record<string, string>>;

/** An answer in JSON needs nothing, whatever a browser takes it for. */
export const apiSecurityHeaders = headersWith({
  'default-src': ["'none'"],
  'frame-ancestors': ["'none'"],
});

/** Swagger UI has its scripts in files of its own, and its styles in the page and its elements as well. */
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

/** What browsers are told about an answer from this path. */
export function securityHeadersOf(path: string): Headers {
  return /^\/docs(\/|$)/.test(path) ? docsSecurityHeaders : apiSecurityHeaders;
}

/** Made once. `@fastify/helmet` makes them anew for every request, which takes twenty times as long as setting them. */
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
