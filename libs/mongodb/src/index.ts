export { isDuplicateKey, isUnavailable, serverCode } from './faults';
export { settlingCommands } from './settling-connection';
