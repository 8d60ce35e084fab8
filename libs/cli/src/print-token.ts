import { issueToken, roles, type Role, type TokenClaims } from '@tidemark/local-token';
import { localKey, type Checkout } from './find-tidemark';
import type { Environment } from './given-in';
import type { Report } from './report';

const customerId = /^[A-Za-z0-9._-]{1,64}$/;

/** Undefined when the role does not exist, when a customer's token names none, or when the name is not valid. */
export function claimsOf({ role, customer }: { role?: string; customer?: string }): TokenClaims | undefined {
  const isValid =
    roles.includes(role as Role) &&
    (customer === undefined ? role !== 'customer' : customerId.test(customer));
  return isValid ? { role: role as Role, customer } : undefined;
}

/** A token for a local installation, alone on its line. */
export async function printToken(
  environment: Environment,
  claims: TokenClaims,
  checkout?: Checkout,
): Promise<Report> {
  const token = await issueToken(await localKey(environment, checkout), claims);
  return { text: token, json: { token } };
}
