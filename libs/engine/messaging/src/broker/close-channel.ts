import type { Channel } from 'amqplib';
import { doneWithin } from '../backoff';
import { cutOff, isBlocked } from './driver-internals';

const CLOSE_TIMEOUT_MS = 5_000;

const closings = new WeakMap<Channel, Promise<void>>();

/**
 * Closes a channel in any state, and waits until it is closed. Its unacknowledged messages are then back in their
 * queue, in order. When the broker does not close the channel in time, the connection is cut, so that the channel ends.
 */
export function closeChannel(channel: Channel): Promise<void> {
  let closing = closings.get(channel);
  if (!closing) {
    closing = closeWithin(channel);
    closings.set(channel, closing);
  }
  return closing;
}

async function closeWithin(channel: Channel): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // The driver's own promise stays pending when the connection ends before the broker answered.
    channel.once('close', () => resolve());
    channel.close().then(resolve, () => resolve());
  });
  if (!(await doneWithin(CLOSE_TIMEOUT_MS, closed)) && !isBlocked(channel)) {
    cutOff(channel, 'a channel was not closed in time');
  }
}
