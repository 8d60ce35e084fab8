import { hash } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { canonicalJson } from '@tidemark/kernel';

/** Never change it: another namespace would turn every repeated command into a new one. */
const COMMAND_NAMESPACE = '5b0ea0a3-8e0c-4d0b-9a55-3f1f6b1f5c0e';

/** The id of a command: the same for the same caller and key, different for any other pair. */
export function commandIdOf(subject: string, idempotencyKey: string): string {
  return uuidV5(JSON.stringify([subject, idempotencyKey]), COMMAND_NAMESPACE);
}

/** The parts of a command that must be equal in a repeat. */
export interface CommandContent {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: unknown;
  /** The customer that the caller acts for, because the customer of a token's subject may change. Absent for staff. */
  readonly customerId?: string;
}

/**
 * SHA-256, in hex, over method, path, body and customer; the order of the body's keys and its white space do not
 * matter.
 */
export function commandHashOf({ method, path, body, customerId }: CommandContent): string {
  const request = body === undefined ? [method, path] : [method, path, body];
  const content = customerId === undefined ? request : { customerId, request };
  return hash('sha256', canonicalJson(content), 'hex');
}
