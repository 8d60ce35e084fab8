/** A URL without its password, for logs. */
export function redactUrl(url: string): string {
  return url.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:***@');
}
