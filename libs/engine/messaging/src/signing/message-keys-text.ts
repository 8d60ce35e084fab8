import { createSecretKey } from 'node:crypto';
import { z } from 'zod';
import { isProcess, RELAY_OWNER, type MessageKey } from './message-key';

const MIN_SECRET_BYTES = 32;
/** The id travels as a header of each message. */
const MAX_ID_LENGTH = 100;

const instant = z.iso.datetime({ offset: true, error: 'expected a date-time such as 2026-12-01T00:00:00Z' });

// The schema is strict, because otherwise a misspelled `notAfter` would make a key without an end.
const keySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]+$/, { error: 'expected only letters, digits and . _ -' })
    .max(MAX_ID_LENGTH),
  owner: z.string().refine((owner) => owner === RELAY_OWNER || isProcess(owner), {
    error: `expected ${RELAY_OWNER} or process:<name>`,
  }),
  secret: z.string().refine(isStrong, { error: `expected at least ${MIN_SECRET_BYTES} bytes as base64url` }),
  notBefore: instant.optional(),
  notAfter: instant.optional(),
});

const fileSchema = z.strictObject({
  keys: z
    .array(keySchema)
    .min(1, { error: 'expected at least one key' })
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, {
      error: 'expected different ids',
    }),
});

/**
 * The keys of messages, as JSON: `{"keys": [{"id", "owner", "secret", "notBefore", "notAfter"}]}`. `secret` holds at
 * least 32 bytes as base64url. `notBefore` and `notAfter` are instants by RFC 3339, and may be left out. An issue
 * names the fault and its place, and shows no secret.
 */
export const messageKeysText = z
  .string()
  .transform((text, context): readonly MessageKey[] => {
    const parsed = fileSchema.safeParse(parseJson(text));
    if (parsed.success) {
      return parsed.data.keys.map(keyOf);
    }
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: [...path.slice(0, 3), message].join(' ') });
    }
    return z.NEVER;
  })
  .meta({ values: 'JSON with `keys`' });

function keyOf({ id, owner, secret, notBefore, notAfter }: z.output<typeof keySchema>): MessageKey {
  return {
    id,
    owner,
    secret: createSecretKey(Buffer.from(secret, 'base64url')),
    notBeforeMs: notBefore === undefined ? -Infinity : Date.parse(notBefore),
    notAfterMs: notAfter === undefined ? Infinity : Date.parse(notAfter),
  };
}

/** Text that is not JSON is not an object either, so the schema reports it. A syntax error would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStrong(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, 'base64url').length >= MIN_SECRET_BYTES;
}
