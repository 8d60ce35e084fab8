export { ChangingCredentials } from './changing-credentials';
export { isDuplicateKey, isUnavailable, serverCode } from './faults';
export { settlingCommands } from './settling-commands';
