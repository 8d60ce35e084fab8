import { hostname } from 'node:os';
import { v4 as uuid } from 'uuid';

/**
 * Names this process among its replicas. A restarted process gets another id, so that it does not mistake earlier
 * leases for its own.
 */
export function createOwnerId(): string {
  return `${hostname()}/${process.pid}/${uuid().slice(0, 8)}`;
}
