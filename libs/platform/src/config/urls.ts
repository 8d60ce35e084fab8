import { z } from 'zod';
import { secret } from '../secrets/secret';

/** `postgres://…` or `postgresql://…`, with a host or a socket's directory. */
export function postgresUrl() {
  return secret(
    url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database'),
    credentialsAlone,
  );
}

/** `amqp://…` or `amqps://…` */
export function amqpUrl() {
  return secret(url(['amqp:', 'amqps:'], 'amqp://user:password@host:5672/vhost'), credentialsAlone);
}

/** `mongodb://…` or `mongodb+srv://…`; several hosts may be named. */
export function mongodbUrl() {
  const example = 'mongodb://host:27017/database';
  const error = `expected a URL like ${example}`;
  return secret(
    z
      .string({ error })
      .regex(/^mongodb(\+srv)?:\/\/[^\s/]+(\/\S*)?$/, { error })
      .meta({ values: example }),
    credentialsAlone,
  );
}

/** The prefix of the names of exchanges and queues, so that installations can share a virtual host. */
export function amqpPrefix() {
  return z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,40}$/, { error: 'expected 1 to 40 characters from A-Z a-z 0-9 . _ -' })
    .default('tidemark')
    .meta({ values: '1 to 40 characters from A-Z a-z 0-9 . _ -' });
}

/** @param example the URL that the fault shows as an example */
export function url(protocols: readonly string[], example: string) {
  const error = `expected a URL like ${example}`;
  return z
    .string({ error })
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { error })
    .meta({ values: example });
}

/**
 * If a running service switched to another server or database, it would apply its memory of the first to the second.
 */
function credentialsAlone(next: string, before: string): string | undefined {
  return withoutCredentials(next) === withoutCredentials(before)
    ? undefined
    : 'only the user and the password can change while the service runs; restart it to change the rest';
}

function withoutCredentials(text: string): string {
  return text.replace(/^([a-z+]+:\/\/)[^/?#]*@/i, '$1');
}
