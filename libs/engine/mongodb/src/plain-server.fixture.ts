import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

export interface PlainServer {
  readonly port: number;
  /** Each `user:password` that logged in, in order. */
  readonly logins: readonly string[];
  /** The logins whose connection is open. */
  openLogins(): readonly string[];
  /** Holds back the answer to the next command of this name. */
  holdNext(command: string): { readonly received: Promise<void>; release(): void };
  close(): Promise<void>;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

/** The part of MongoDB that a client with PLAIN needs to log in. PLAIN shows the server the password. */
export async function startPlainServer(): Promise<PlainServer> {
  const logins: string[] = [];
  const open = new Map<Socket, string>();
  const holds = new Map<string, { readonly seen: () => void; readonly released: Promise<void> }>();
  const answer = async (command: Document, socket: Socket): Promise<Document> => {
    const [name] = Object.keys(command) as [string];
    const hold = holds.get(name);
    holds.delete(name);
    hold?.seen();
    await hold?.released;
    if (name !== 'saslStart') {
      return { ok: 1, ...hello };
    }
    const [, user, password] = Buffer.from((command['payload'] as BSON.Binary).buffer)
      .toString()
      .split('\0');
    logins.push(`${user}:${password}`);
    open.set(socket, `${user}:${password}`);
    return { ok: 1, conversationId: 1, done: true, payload: new BSON.Binary() };
  };
  const server = createServer((socket) => {
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 16 && received.length >= received.readInt32LE(0)) {
        const message = received.subarray(0, received.readInt32LE(0));
        received = received.subarray(message.length);
        void answer(commandIn(message), socket).then((reply) => socket.write(replyTo(message, reply)));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    logins,
    openLogins: () => [...open.values()],
    holdNext(command) {
      let release = () => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      const received = new Promise<void>((seen) => holds.set(command, { seen, released }));
      return { received, release };
    },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

const hello = {
  isWritablePrimary: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
};

function commandIn(message: Buffer): Document {
  if (message.readInt32LE(12) === OP_MSG) {
    // The flags and the kind of the only section come before the command.
    return BSON.deserialize(message.subarray(21));
  }
  const nameEnd = message.indexOf(0, 20);
  return BSON.deserialize(message.subarray(nameEnd + 9));
}

function replyTo(request: Buffer, reply: Document): Buffer {
  const isQuery = request.readInt32LE(12) === OP_QUERY;
  const before = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) {
    before.writeInt32LE(1, 16);
  }
  const body = Buffer.concat([before, BSON.serialize(reply)]);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(request.readInt32LE(4), 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, body]);
}
