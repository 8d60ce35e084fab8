import { v5 as uuidv5 } from 'uuid';

/**
 * The id of a new customer, order or payment, if the caller gives none. It is the UUIDv5 of the command's id, so that a
 * repeated command does not create a second one.
 */
export function derivedId(kind: 'customer' | 'order' | 'payment', commandId: string): string {
  return uuidv5(kind, commandId);
}

/** Whether the id may have been derived from a command. Only derived ids have version 5. */
export function isDerivedId(id: string): boolean {
  return id.charAt(14) === '5';
}
