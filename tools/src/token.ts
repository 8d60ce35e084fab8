import { parseArgs } from 'node:util';
import { issueToken, localAuthKey, roles, type Role, type TokenClaims } from '@tidemark/testing';

const usage = `usage: npm run -s token -- --role ${roles.join('|')} [--customer ID]

Prints a token for the local installation, valid for 12 hours. The role customer needs --customer.
`;

const customerId = /^[A-Za-z0-9._-]{1,64}$/;

/** Undefined if the command line is wrong. */
function parseClaims(): TokenClaims | undefined {
  try {
    const { role, customer } = parseArgs({
      options: { role: { type: 'string' }, customer: { type: 'string' } },
    }).values;
    const isValid =
      roles.includes(role as Role) &&
      (customer === undefined ? role !== 'customer' : customerId.test(customer));
    return isValid ? { role: role as Role, customer } : undefined;
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
  process.stdout.write(`${await issueToken(await localAuthKey(), claims)}\n`);
}

void main();
