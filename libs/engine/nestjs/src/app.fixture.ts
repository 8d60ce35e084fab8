import 'reflect-metadata';
import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TidemarkFeature } from './definitions/feature';
import type { TidemarkOptions } from './options';
import { TidemarkModule } from './tidemark.module';

@Module({})
class TestModule {}

type Imported = DynamicModule | Type;

/** The applications that a test file opened. */
const opened: INestApplication[] = [];

/** An application with Tidemark, which listens at no port. It is not initialised yet. */
export async function createApp(
  options: TidemarkOptions,
  feature: TidemarkFeature | readonly Imported[],
): Promise<NestFastifyApplication> {
  const features = Array.isArray(feature)
    ? (feature as readonly Imported[])
    : [TidemarkModule.forFeature(feature as TidemarkFeature)];
  return createAppOf([TidemarkModule.forRoot(options), ...features]);
}

export async function createAppOf(imports: readonly Imported[]): Promise<NestFastifyApplication> {
  const root = { module: TestModule, imports: [...imports] };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  opened.push(app);
  return app;
}

/** The same, after `onApplicationBootstrap`. */
export async function startApp(...args: Parameters<typeof createApp>): Promise<NestFastifyApplication> {
  const app = await createApp(...args);
  await app.init();
  return app;
}

/** For `afterEach`. Closing an application again does nothing. */
export async function closeApps(): Promise<void> {
  await Promise.all(opened.splice(0).map((app) => app.close()));
}
