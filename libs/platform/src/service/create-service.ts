import 'reflect-metadata';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DestinationStream, Logger } from 'pino';
import type { FastifyInstance } from 'fastify';
import { AdminPort } from '../admin-port/admin-port';
import { createLogger } from '../logging/logging';
import { NestLogger } from '../logging/nest-logger';
import { addOpenApi } from './open-api';
import type { PlatformConfig } from '../config/platform-config';
import { PlatformModule } from './platform-module';
import { addRequestHooks } from './request-hooks';
import { createHttpAdapter } from './http-adapter';

export interface ServiceOptions<Config extends PlatformConfig> {
  /** The name in logs, metrics and the OpenAPI document. */
  readonly name: string;
  /** The purpose of the service, for the OpenAPI document. */
  readonly description: string;
  /** The service's version, in the OpenAPI document. Default 0.1.0. */
  readonly version?: string;
  readonly config: Config;
  readonly module: (config: Config) => Type | DynamicModule;
  /** Called before the application is initialised, for parts that need all of it, such as a message transport. */
  readonly configure?: (app: NestFastifyApplication, config: Config) => void | Promise<void>;
  /** The destination of the log. Default: standard output. */
  readonly logDestination?: DestinationStream;
  /** Default: a logger with the service's name that writes there. */
  readonly logger?: Logger;
}

@Module({})
class ServiceModule {}

/**
 * A service that is ready to listen but does not. Tests call `await app.init()`, then `app.inject(…)` for the public
 * port and `app.get(AdminPort).inject(…)` for the admin port. `runService` runs it in a process of its own.
 *
 * @throws the error of a module that can't start; Error for a protected route that does not declare its access
 */
export async function createService<Config extends PlatformConfig>(
  options: ServiceOptions<Config>,
): Promise<NestFastifyApplication> {
  const { name, config } = options;
  const { logger = createLogger(name, config.http.logLevel, options.logDestination) } = options;
  const adapter = createHttpAdapter(config.http);
  const server = adapter.getInstance<FastifyInstance>();
  const adminPort = new AdminPort(server);
  const root: DynamicModule = {
    module: ServiceModule,
    imports: [PlatformModule.forRoot({ name, config, logger, adminPort }), options.module(config)],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    abortOnError: false,
    bodyParser: false,
    logger: new NestLogger(logger),
  });
  addRequestHooks(server, app);
  addOpenApi(app, options);
  await options.configure?.(app, config);
  return app;
}
