import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions, Response } from 'light-my-request';
import { isAdminPath } from './admin-path';
import { AdminPort } from './admin-port';

/** `inject` of the application through the port of the path, for tests. */
export function injectByPath(
  app: NestFastifyApplication,
  request: InjectOptions & { readonly url: string },
): Promise<Response> {
  return isAdminPath(request.url) ? app.get(AdminPort).inject(request) : app.inject(request);
}
