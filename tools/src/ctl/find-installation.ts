import { installationName } from '../installation-name';
import { givenIn } from './given-in';
import { TidemarkInstallation, type Service } from './installation';

interface AddressSettings {
  /** The default of the public port. */
  readonly variable: string;
  readonly port: number;
  readonly adminVariable: string;
  readonly adminPort: number;
}

/** The variables with the URLs of a service's two ports, and the default ports. */
export const addresses: Readonly<Record<Service, AddressSettings>> = {
  'command-service': settings('COMMAND', 3001, 4001),
  'query-service': settings('QUERY', 3002, 4002),
  'projection-service': settings('PROJECTION', 3003, 4003),
  'process-manager': settings('PROCESS', 3004, 4004),
};

function settings(name: string, port: number, adminPort: number): AddressSettings {
  const [variable, adminVariable] = [`TIDEMARK_${name}_URL`, `TIDEMARK_${name}_ADMIN_URL`];
  return { variable, port, adminVariable, adminPort };
}

/**
 * The installation at the URLs of the variables in `addresses`, with the token in `TIDEMARK_TOKEN` or
 * `TIDEMARK_TOKEN_FILE` (role `admin`). Without a token, the installation that `npm start` runs in this checkout.
 */
export async function findTidemark(environment: NodeJS.ProcessEnv): Promise<TidemarkInstallation> {
  const given = givenIn(environment, 'TIDEMARK_TOKEN');
  const local: Local = given === undefined ? await findLocal(environment) : { token: given };
  const urlsOf = (running: Partial<Record<Service, string>> | undefined, which: 'public' | 'admin') =>
    Object.fromEntries(
      Object.entries(addresses).map(([service, { variable, port, adminVariable, adminPort }]) => {
        const [name, usual] = which === 'public' ? [variable, port] : [adminVariable, adminPort];
        return [service, environment[name] ?? running?.[service as Service] ?? `http://127.0.0.1:${usual}`];
      }),
    ) as Record<Service, string>;
  const urls = { public: urlsOf(local.urls, 'public'), admin: urlsOf(local.adminUrls, 'admin') };
  return new TidemarkInstallation(urls, local.token);
}

interface Local {
  readonly token: string;
  readonly urls?: Readonly<Record<Service, string>>;
  readonly adminUrls?: Readonly<Record<Service, string>>;
}

/**
 * The test kit is imported only when needed, because an image has a token, but no checkout to search for installations.
 */
async function findLocal(environment: NodeJS.ProcessEnv): Promise<Local> {
  const { checkoutRoot, findInstallation, issueToken, localAuthKey } = await import('@tidemark/testing');
  const token = await issueToken(await localAuthKey(checkoutRoot), { role: 'admin' });
  return { ...(await findInstallation(installationName(environment))), token };
}
