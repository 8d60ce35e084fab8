import { hostname } from 'node:os';
import { v4 as uuid } from 'uuid';

/**
 * Names this process among its replicas. A restart is another owner, so that leases from before it are not taken for
 * its own.
 */
export function createOwnerId(): string {
  return `${hostname()}/${process.pid}/${uuid().slice(0, 8)}`;
}
