import 'reflect-metadata';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EventSourcingModule, EventStore } from '@ocoda/event-sourcing';
import { AccountRepository } from './account.repository';
import { AccountsController } from './accounts.controller';
import { BonusHandler } from './bonus.handler';
import { commandHandlers } from './commands';
import { events } from './events';
import { GetBalanceHandler } from './get-balance';

@Module({
  imports: [
    EventSourcingModule.forRoot({
      events,
      eventStore: { client: 'mongodb', options: { url: process.env.MONGODB_URL! } },
    }),
  ],
  controllers: [AccountsController],
  providers: [AccountRepository, BonusHandler, GetBalanceHandler, ...commandHandlers],
})
class AppModule implements OnModuleInit {
  constructor(@Inject(EventStore) private readonly store: EventStore) {}

  async onModuleInit() {
    await this.store.setup();
  }
}

void NestFactory.create(AppModule, new FastifyAdapter()).then((app) => {
  app.enableShutdownHooks();
  return app.listen(process.env.PORT ?? 3000);
});
