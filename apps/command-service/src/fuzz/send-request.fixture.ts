import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { FuzzRequest } from './write-requests.fixture';

export interface FuzzAnswer {
  /** 0 if the service took the end of the raw bytes for the end of the connection, and sent no answer. */
  readonly status: number;
  readonly body: string;
}

/** Sends the request to the service. Connections are kept open where possible. */
export class FuzzSender {
  private readonly agent: Agent;

  constructor(
    private readonly url: URL,
    connections: number,
    /** A request that takes longer counts as hanging. */
    private readonly answerWithinMs: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error when there is no answer in time */
  send(fuzzed: FuzzRequest): Promise<FuzzAnswer> {
    return fuzzed.raw ? this.sendBytes(fuzzed.raw) : this.sendRequest(fuzzed);
  }

  close(): void {
    this.agent.destroy();
  }

  private sendRequest({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.url;
      const signal = AbortSignal.timeout(this.answerWithinMs);
      const sent = request(
        {
          ...{ hostname, port, method, path, agent: this.agent, signal },
          headers: { ...headers, 'content-length': body.length },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode!, body: Buffer.concat(chunks).toString() }),
          );
          answer.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  private sendBytes(bytes: Buffer): Promise<FuzzAnswer> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(Number(this.url.port), this.url.hostname, () => socket.end(bytes));
      socket.setTimeout(this.answerWithinMs, () => {
        socket.destroy();
        reject(new Error('no answer to raw bytes in time'));
      });
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        const [head = '', body = ''] = text.split('\r\n\r\n', 2);
        resolve({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0), body });
      });
    });
  }
}
