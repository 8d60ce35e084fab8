/** Whether a path belongs to the admin port: the metrics, and all that is for operators. Every other one is public. */
export function isAdminPath(path: string): boolean {
  return /^\/(metrics|admin)(\/|$)/.test(path);
}
