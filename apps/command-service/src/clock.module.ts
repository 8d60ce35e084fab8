import { Global, Module } from '@nestjs/common';
import { systemClock } from '@tidemark/kernel';
import { CLOCK } from './tokens';

/** The clock that commands are decided by. Global, because many use cases need it. */
@Global()
@Module({ providers: [{ provide: CLOCK, useValue: systemClock }], exports: [CLOCK] })
export class ClockModule {}
