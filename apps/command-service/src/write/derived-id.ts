import { v5 as uuidv5 } from 'uuid';

/**
 * The id of what a command creates if the caller gives none: UUIDv5 of the command's id, so that a repeat of the
 * command does not create a second one.
 */
export function derivedId(kind: 'customer' | 'order' | 'payment', commandId: string): string {
  return uuidv5(kind, commandId);
}

/** Whether the id may have been derived from a command. Only derived ids have version 5. */
export function isDerivedId(id: string): boolean {
  return id.charAt(14) === '5';
}
