export { issueToken, roles, type Role, type TokenClaims } from './issue-token';
