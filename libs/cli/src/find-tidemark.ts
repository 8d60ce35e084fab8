import { issueToken } from '@tidemark/local-token';
import { givenIn, type Environment } from './given-in';
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

/** A checkout of Tidemark, which knows the installation that it started. */
export interface Checkout {
  /** The key that signs tokens for it. */
  authKey(): Promise<string>;
  /** Where its services are. `undefined` if it does not run. */
  running(): Promise<Running | undefined>;
}

export interface Running {
  readonly urls?: Readonly<Partial<Record<Service, string>>>;
  readonly adminUrls?: Readonly<Partial<Record<Service, string>>>;
}

/**
 * The installation that the variables of `addresses` name, by default the one that runs in the checkout. The token is
 * `TIDEMARK_TOKEN` or the content of `TIDEMARK_TOKEN_FILE` (role `admin`). Without one, a token is made with the
 * installation's local key.
 */
export async function findTidemark(
  environment: Environment,
  checkout?: Checkout,
): Promise<TidemarkInstallation> {
  const given = givenIn(environment, 'TIDEMARK_TOKEN');
  const local: Local = given === undefined ? await findLocal(environment, checkout) : { token: given };
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

interface Local extends Running {
  readonly token: string;
}

async function findLocal(environment: Environment, checkout: Checkout | undefined): Promise<Local> {
  const token = await issueToken(await localKey(environment, checkout), { role: 'admin' });
  return { ...(await checkout?.running()), token };
}

/**
 * The key of a local installation: `AUTH_LOCAL_KEY`, or that of the checkout.
 *
 * @throws Error without a checkout if no key is given
 */
export async function localKey(environment: Environment, checkout?: Checkout): Promise<string> {
  const key = givenIn(environment, 'AUTH_LOCAL_KEY') || (await checkout?.authKey());
  if (!key) {
    throw new Error('set TIDEMARK_TOKEN, or AUTH_LOCAL_KEY for a local installation');
  }
  return key;
}
