import type { Duplex } from 'node:stream';
import type { Channel, ChannelModel } from 'amqplib';

/** Properties of a connection that amqplib 2 leaves out of its types. */
interface DriverConnection {
  readonly stream?: Duplex;
  readonly blocked?: boolean;
}

/** Whether the broker has blocked publishing on this connection. */
export function isBlocked({ connection }: ChannelModel | Channel): boolean {
  return (connection as DriverConnection | undefined)?.blocked === true;
}

/**
 * Destroys the socket at once, whatever the peer does. The driver then closes the connection and all of its channels,
 * unless it has done so already.
 */
export function cutOff({ connection }: ChannelModel | Channel, reason: string): void {
  (connection as DriverConnection | undefined)?.stream?.destroy(new Error(reason));
}

/**
 * Gives a connection `ms` to close properly, then cuts it off. The driver only closes its own half of the socket, or
 * waits for the broker's answer, so a silent peer would keep both for ever.
 */
export function letGo(model: ChannelModel, ms: number): void {
  const { stream } = model.connection as DriverConnection;
  if (!stream || stream.destroyed) {
    return;
  }
  const timer = setTimeout(
    () => cutOff(model, 'the broker did not close the connection in time'),
    ms,
  ).unref();
  stream.once('close', () => clearTimeout(timer));
}
