import {
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { whenAvailable } from './when-available';
import { Opened } from './opened';

/**
 * Starts and ends what the modules of a deployment opened. Nest creates a provider after those that it injects, so the
 * order of opening is that of the dependencies. The start waits without end for what is unavailable. At a shutdown, no
 * new work starts and running work finishes. Then Nest answers the last requests, and the connections are closed.
 */
@Global()
@Module({ providers: [Opened], exports: [Opened] })
export class OpenedModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly opened: Opened) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.opened.prepare(whenAvailable);
    this.opened.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.opened.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened.close();
  }
}
