import { serviceNames, type Installation } from '@tidemark/test-servers';

const nameWidth = 20;

/** A line of a table with two columns. */
export const row = (name: string, text: string): string => `  ${name.padEnd(nameWidth)}${text}`;

/** The name that the README uses. A person can read it more easily, and copies it from there. */
const atLocalhost = (url: string): string => url.replace('//127.0.0.1:', '//localhost:');

interface StartingOptions {
  readonly builds: boolean;
  /** The path as a person in the checkout would type it. */
  readonly logDirectory: string;
}

/** What happens now, which takes some seconds, and where to look if it takes longer. */
export function starting({ builds, logDirectory }: StartingOptions): string {
  return row(builds ? 'building, starting' : 'starting', `the services; logs: ${logDirectory}`);
}

/**
 * What runs and where to look, in few lines, so that it and the lines before it fit on a small screen. No secret is in
 * it: a token is a command away, the same as in the README.
 */
export function welcome({ urls, adminUrls }: Pick<Installation, 'urls' | 'adminUrls'>): string {
  return [
    ...serviceNames.map((name) =>
      row(name, `${atLocalhost(urls[name])}/docs   admin port: ${atLocalhost(adminUrls[name])}/docs`),
    ),
    row('token', 'TOKEN=$(npm run -s token -- --role service)'),
    row('try', 'npm run -s demo, or the requests in README.md; Ctrl-C here stops everything'),
  ].join('\n');
}
