import { installationName } from '../installation-name';
import { givenIn } from './given-in';
import { TidemarkInstallation, type Service } from './installation';

export const places: Readonly<Record<Service, { readonly variable: string; readonly port: number }>> = {
  'command-service': { variable: 'TIDEMARK_COMMAND_URL', port: 3001 },
  'query-service': { variable: 'TIDEMARK_QUERY_URL', port: 3002 },
  'projection-service': { variable: 'TIDEMARK_PROJECTION_URL', port: 3003 },
  'process-manager': { variable: 'TIDEMARK_PROCESS_URL', port: 3004 },
};

/**
 * The installation that `TIDEMARK_COMMAND_URL`, `TIDEMARK_QUERY_URL`, `TIDEMARK_PROJECTION_URL`, `TIDEMARK_PROCESS_URL` and
 * `TIDEMARK_TOKEN` or `TIDEMARK_TOKEN_FILE` (role `admin`) name. Without a token it is the one that `npm start` runs in this checkout.
 */
export async function findTidemark(environment: NodeJS.ProcessEnv): Promise<TidemarkInstallation> {
  const given = givenIn(environment, 'TIDEMARK_TOKEN');
  const local = given === undefined ? await findLocal(environment) : { token: given, urls: undefined };
  const urls = Object.entries(places).map(([service, { variable, port }]) => [
    service,
    environment[variable] ?? local.urls?.[service as Service] ?? `http://127.0.0.1:${port}`,
  ]);
  return new TidemarkInstallation(Object.fromEntries(urls) as Record<Service, string>, local.token);
}

/** Imported here alone: an image that is given a token has neither a checkout nor what finds installations in it. */
async function findLocal(environment: NodeJS.ProcessEnv) {
  const { checkoutRoot, findInstallation, issueToken, localAuthKey } = await import('@tidemark/testing');
  const token = await issueToken(await localAuthKey(checkoutRoot), { role: 'admin' });
  return { token, urls: (await findInstallation(installationName(environment)))?.urls };
}
