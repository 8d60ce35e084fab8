import type { Checkout } from '@tidemark/cli';
import { checkoutRoot, findInstallation, localAuthKey } from '@tidemark/test-servers';
import { installationName } from '../installation-name';

/** This checkout, with the installation that `npm start` runs in it. */
export function thisCheckout(environment: NodeJS.ProcessEnv): Checkout {
  return {
    authKey: () => localAuthKey(checkoutRoot, environment),
    running: () => findInstallation(installationName(environment)),
  };
}
