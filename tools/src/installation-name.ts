/** The name of the installation in this checkout, which its databases and virtual host also have. */
export function installationName(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.TIDEMARK_NAME ?? 'tidemark';
}
