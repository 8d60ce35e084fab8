import { eventually, runTypescript } from '@tidemark/test-servers';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandProcessConfig } from './command-process.fixture';
import type { ConsumerConfig } from './consumer-process.fixture';
import type { RelayConfig } from './relay-process.fixture';

/** A line in which a process reports about itself. */
export interface Line {
  readonly what: string;
  readonly [fact: string]: unknown;
}

/** A relay, a consumer, or a sender or receiver of commands, in a process of its own. */
export class Replica {
  /** The signal or the code that it ended with. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: Line[] = [];
  private errors = '';

  static relay(config: RelayConfig): Replica {
    return new Replica('relay', config);
  }

  static consumer(config: ConsumerConfig): Replica {
    return new Replica('consumer', config);
  }

  static commands(config: CommandProcessConfig): Replica {
    return new Replica('command', config);
  }

  private constructor(role: string, config: object) {
    const fixture = join(__dirname, `${role}-process.fixture.ts`);
    const args = [...runTypescript, fixture, JSON.stringify(config)];
    this.child = spawn(process.execPath, args, { cwd: __dirname });
    this.child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
    });
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) => resolve(signal ?? code)),
    );
  }

  /** Resolves with the first line that fits, when it arrives. */
  says(what: string, facts: object = {}): Promise<Line> {
    return eventually(() => {
      const line = this.lines.find((said) => fits(said, { what, ...facts }));
      if (!line) {
        throw new Error(`did not say "${what}", but ${JSON.stringify(this.lines)} ${this.errors}`);
      }
      return line;
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  wake(): void {
    this.child.kill('SIGCONT');
  }

  /** Stops the process after it has finished its work. */
  async stop(): Promise<void> {
    this.wake();
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

function fits(line: Line, facts: object): boolean {
  return Object.entries(facts).every(([name, value]) => line[name] === value);
}
