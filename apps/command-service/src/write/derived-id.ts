import { v5 as uuidv5 } from 'uuid';

/**
 * The id of what a command creates, when the caller names none: UUIDv5 of the command's id, so that a repeat of the
 * command creates the same thing and not a second one.
 */
export function derivedId(kind: 'customer' | 'order' | 'payment', commandId: string): string {
  return uuidv5(kind, commandId);
}

/** Whether it may be an id that a command of any caller derives: those alone have version 5. */
export function isDerivedId(id: string): boolean {
  return id.charAt(14) === '5';
}
