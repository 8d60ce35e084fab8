/** Whether a path belongs to the admin port: the metrics and everything for operators. Every other path is public. */
export function isAdminPath(path: string): boolean {
  return /^\/(metrics|admin)(\/|$)/.test(path);
}
