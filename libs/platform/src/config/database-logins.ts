import { z } from 'zod';
import { secret } from '../secrets/secret';

export interface DatabaseLoginSetting {
  readonly name: string;
  readonly password: string;
}

const example = 'user:password,user:password';
const error = `expected logins like ${example}, percent-encoded as in a URL`;

/** Logins of the database with their passwords, separated by commas. By default none. */
export function databaseLogins() {
  return secret(
    z
      .string()
      .refine(
        (text) => text.split(',').every((login) => /^[^:@/\s]+:[^:@/\s]+$/.test(login) && canDecode(login)),
        {
          error,
        },
      )
      .transform((text) => text.split(',').map(toLogin))
      .meta({ values: example }),
  ).optional();
}

function toLogin(text: string): DatabaseLoginSetting {
  const [name, password] = text.split(':').map(decodeURIComponent) as [string, string];
  return { name, password };
}

function canDecode(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}
