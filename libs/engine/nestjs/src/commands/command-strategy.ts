import { Injectable } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';

/**
 * Lets controllers with `@MessagePattern('<StreamType>.<Command>')` handle commands of processes, with guards, pipes
 * and interceptors. Call `app.connectMicroservice({ strategy: app.get(CommandStrategy) })` before `app.init()`, and
 * give these controllers the `FaultPassingFilter` of `@tidemark/messaging`. Tidemark itself starts and stops the
 * receiver.
 */
@Injectable()
export class CommandStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('tidemark-commands');

  listen(callback: () => void): void {
    callback();
  }

  close(): void {}

  on(): never {
    throw new Error('the command strategy emits no events; Tidemark logs those of its receiver');
  }

  unwrap<T>(): T {
    throw new Error('the command strategy has no server of its own; inject Tidemark instead');
  }
}
