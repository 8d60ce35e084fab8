import { serviceNames, type Installation } from '@tidemark/testing';

export interface WelcomeOptions {
  readonly installation: Pick<Installation, 'urls' | 'adminUrls'>;
  readonly mongodbIsStandIn: boolean;
  /** The path as a person in the checkout would type it. */
  readonly logDirectory: string;
}

const nameWidth = 20;
const row = (name: string, text: string): string => `  ${name.padEnd(nameWidth)}${text}`;
/** The name that the README uses. A person can read it more easily, and copies it from there. */
const atLocalhost = (url: string): string => url.replace('//127.0.0.1:', '//localhost:');

/**
 * What runs and where to look, in few lines, so that it and the lines before it fit on a small screen. No secret is in
 * it: a token is a command away, the same as in the README.
 */
export function welcome({ installation, mongodbIsStandIn, logDirectory }: WelcomeOptions): string {
  const { urls, adminUrls } = installation;
  return [
    '',
    ...serviceNames.map((name) =>
      row(name, `${atLocalhost(urls[name])}/docs   admin port: ${atLocalhost(adminUrls[name])}/docs`),
    ),
    ...(mongodbIsStandIn
      ? [row('mongodb', 'a stand-in for MongoDB, which keeps nothing when it stops')]
      : []),
    row('logs', logDirectory),
    row('token', 'TOKEN=$(npm run -s token -- --role service)'),
    row('try', 'npm run -s demo, or the requests in README.md; Ctrl-C here stops everything'),
  ].join('\n');
}
