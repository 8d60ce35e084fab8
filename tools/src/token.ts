import { claimsOf, printToken } from '@tidemark/cli';
import { roles } from '@tidemark/local-token';
import { parseArgs } from 'node:util';
import { thisCheckout } from './client/this-checkout';

const usage = `usage: npm run -s token -- --role ${roles.join('|')} [--customer ID]

Prints a token for the local installation, valid for 12 hours. The role customer needs --customer. The installation's
key is AUTH_LOCAL_KEY, or by default that of this checkout's npm start.
`;

/** Undefined if the command line is wrong. */
function parseClaims() {
  try {
    const options = { role: { type: 'string' }, customer: { type: 'string' } } as const;
    return claimsOf(parseArgs({ options }).values);
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const claims = parseClaims();
  if (!claims) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  process.stdout.write(`${(await printToken(process.env, claims, thisCheckout(process.env))).text}\n`);
}

void main();
