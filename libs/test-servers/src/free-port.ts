import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const firstPort = 20_000;
const lastPort = 32_000;
const attempts = 100;

/**
 * A TCP port of 127.0.0.1 that nothing listens on, from 20000 to 32000. Kernels give outgoing connections higher ports,
 * so no client takes the port before the server does.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(firstPort, lastPort + 1);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`no free port found in ${attempts} tries from ${firstPort} to ${lastPort}`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
