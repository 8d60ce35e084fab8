import { createServer } from 'node:net';
import { once } from 'node:events';
import { freePort, isFree } from './free-port';
import { isListening } from './is-listening';

describe('freePort', () => {
  it('gives free ports below the range of outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThanOrEqual(32_000);
      await expect(isFree(port)).resolves.toBe(true);
    }
  });

  it('recognises a port that is in use', async () => {
    const port = await freePort();
    await expect(isListening('127.0.0.1', port)).resolves.toBe(false);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await expect(isFree(port)).resolves.toBe(false);
    await expect(isListening('127.0.0.1', port)).resolves.toBe(true);
    server.close();
  });
});
