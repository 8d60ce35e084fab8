import { connect, type Socket } from 'node:net';

/** Sends prepared bytes and only waits for the end of an answer, to cost its own process as little as possible. */
export class RawClient {
  private socket: Socket | undefined;

  constructor(private readonly url: URL) {}

  /** The status of the answer. One request at a time. */
  send(bytes: Buffer): Promise<number> {
    if (!this.socket || this.socket.destroyed) {
      this.socket = connect(Number(this.url.port), this.url.hostname);
    }
    const { socket } = this;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const done = () => {
        socket.removeAllListeners();
        const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
        if (status === undefined) {
          reject(new Error('the connection ended without an answer'));
        }
        resolve(Number(status));
      };
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        const answer = Buffer.concat(chunks);
        const head = answer.subarray(0, answer.indexOf('\r\n\r\n') + 4).toString('latin1');
        const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(head) ?? [];
        if (length !== undefined && answer.length >= head.length + Number(length)) {
          if (/\r\nconnection: close\r\n/i.test(head)) {
            socket.destroy();
          }
          done();
        }
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', done);
      socket.write(bytes);
    });
  }

  close(): void {
    this.socket?.destroy();
  }
}
