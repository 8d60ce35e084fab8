import { Agent, request } from 'node:http';

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A client with `connections` open connections. It has little overhead, since its own time is measured too. */
export class JsonClient {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    connections: number,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  get(path: string): Promise<JsonAnswer> {
    return this.send('GET', path, this.headers);
  }

  post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<JsonAnswer> {
    const content = JSON.stringify(body);
    const described = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    return this.send('POST', path, { ...this.headers, ...headers, ...described }, content);
  }

  close(): void {
    this.agent.destroy();
  }

  private send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    content?: string,
  ): Promise<JsonAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { method, agent: this.agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString()) as unknown,
          }),
        );
      });
      sent.on('error', reject);
      sent.end(content);
    });
  }
}
