export { isDuplicateKey, isUnavailable, serverCode } from './faults';
