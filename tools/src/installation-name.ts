/** Which installation of this checkout is meant: what is its own on the servers is called that. */
export function installationName(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.TIDEMARK_NAME ?? 'tidemark';
}
