import { createRequire } from 'node:module';

/** A frame as the driver decodes it: a method, a message's header, a piece of its body, or a heartbeat. */
export interface Frame {
  readonly channel: number;
  /** Absent for a body or a heartbeat; `defs.BasicProperties` for a header. */
  readonly id?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Only in a header: the length of the body. */
  readonly size?: number;
  /** Only in a piece of a body. */
  readonly content?: Buffer;
}

interface RawFrame {
  readonly payload: Buffer;
  readonly rest: Buffer;
}

interface Definitions {
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
  info(id: number): { readonly name: string };
  readonly [method: string]: unknown;
}

interface Framing {
  readonly HEARTBEAT_BUF: Buffer;
  makeBodyFrame(channel: number, payload: Buffer): Buffer;
  parseFrame(bytes: Buffer, maxSize: number): RawFrame | false;
  decodeFrame(frame: RawFrame): Frame;
}

// The driver does not export its codec, and the wire format is the same from either end.
const requireFromDriver = createRequire(require.resolve('amqplib'));
const defs = requireFromDriver('./lib/defs.js') as Definitions;
const framing = requireFromDriver('./lib/frame.js') as Framing;

export const heartbeatFrame = framing.HEARTBEAT_BUF;

/** `name` as the driver spells it, such as `QueueDeclareOk`. */
export function methodFrame(name: string, channel: number, fields: object = {}): Buffer {
  return defs.encodeMethod(defs[name] as number, channel, fields);
}

export function contentFrames(channel: number, properties: object, content: Buffer): Buffer {
  const header = defs.encodeProperties(
    defs['BasicProperties'] as number,
    channel,
    content.length,
    properties,
  );
  return content.length === 0 ? header : Buffer.concat([header, framing.makeBodyFrame(channel, content)]);
}

/** The method's name; `undefined` for other frames. */
export function methodName({ id }: Frame): string | undefined {
  return id === undefined || id === defs['BasicProperties'] ? undefined : defs.info(id).name;
}

/** Takes whole frames off the front of `bytes`. */
export function takeFrames(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let rest = bytes;
  for (let raw = framing.parseFrame(rest, 0); raw; raw = framing.parseFrame(rest, 0)) {
    frames.push(framing.decodeFrame(raw));
    rest = raw.rest;
  }
  return { frames, rest };
}
