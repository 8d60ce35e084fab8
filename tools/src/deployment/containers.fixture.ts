import { checkoutRoot, eventually, fetchMongodbStandIn, freePort } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findEngine, run, type Run } from './engine.fixture';

export const minutes = 60_000;

/** The key of trials in the Compose files. */
const trialKey = 'dGhpcy1rZXktaXMtbm8tc2VjcmV0LWFuZC1mb3ItdHJpYWxzLW9ubHk';

type Environment = Readonly<Record<string, string>>;

/** An installation in containers, with a project name of its own. The commands of the documents run in it. */
export class ComposedInstallation {
  private constructor(readonly environment: Environment) {}

  /** @param changes variables that replace those with which docker-compose.yml is run */
  static async prepare(changes: Environment = {}): Promise<ComposedInstallation> {
    const engine = await findEngine(fetchMongodbStandIn);
    const ports = ['POSTGRES', 'RABBITMQ', 'RABBITMQ_MANAGEMENT', 'MONGODB'];
    return new ComposedInstallation({
      ...engine.environment,
      // Always named, because Compose would otherwise end the installation of the person who runs the test.
      COMPOSE_PROJECT_NAME: `tidemark-test-${process.pid}`,
      AUTH_LOCAL_KEY: trialKey,
      // The stores' usual ports may be taken here, and no command of the README uses them.
      ...Object.fromEntries(
        await Promise.all(ports.map(async (name) => [`TIDEMARK_${name}_PORT`, String(await freePort())])),
      ),
      ...changes,
    });
  }

  /** The same installation, as described by other variables. */
  with(changes: Environment): ComposedInstallation {
    return new ComposedInstallation({ ...this.environment, ...changes });
  }

  compose(...args: string[]): Promise<Run> {
    return run('docker', ['compose', ...args], this.environment);
  }

  shell(script: string): Promise<Run> {
    return run('sh', ['-ec', script], this.environment);
  }

  ctl(...args: string[]): Promise<Run> {
    return this.compose('exec', '-T', 'ctl', 'ctl', ...args);
  }

  /** Sends the requests of the README up to the payment. Returns the order's id. */
  async payOrder(): Promise<string> {
    const [requests = ''] = (await blockOf('README.md', 'Try it')).split(/^sleep 1/m);
    // Under another key, the mugs are received once more. Otherwise, the fifth order would take the last two.
    const received = requests.replace("'idempotency-key: s1'", `'idempotency-key: ${randomUUID()}'`);
    const answers = await succeeded(this.shell(`${received}\necho "order $order"`));
    return /^order (\S+)$/m.exec(answers)![1]!;
  }

  /** The answers to the read requests of the README that come after the payment. */
  async readOrder(orderId: string): Promise<unknown[]> {
    const block = await blockOf('README.md', 'Try it');
    const [definitions] = block.split('\n\n');
    const [, reads] = block.split(/^sleep 1.*$/m);
    const answers = await succeeded(this.shell(`${definitions}\norder=${orderId}\n${reads}`));
    return answers
      .trim()
      .split('\n')
      .map((answer) => JSON.parse(answer) as unknown);
  }

  async expectShipment(orderId: string): Promise<void> {
    await eventually(
      async () => {
        const shown = await succeeded(this.ctl('--json', 'order', 'show', orderId));
        expect(JSON.parse(shown)).toMatchObject({ shipping: { shipmentId: orderId } });
      },
      { withinMs: 2 * minutes, everyMs: 1_000 },
    );
  }

  /** On a busy machine, a service may be late with one answer about its health. */
  async expectNoProblem(): Promise<void> {
    await eventually(() => succeeded(this.ctl('status')), { withinMs: 2 * minutes, everyMs: 1_000 });
  }

  async remove(): Promise<void> {
    await succeeded(this.compose('down', '--volumes', '--remove-orphans', '--timeout', '5'));
  }
}

export async function succeeded(answer: Promise<Run>): Promise<string> {
  const { code, stdout, stderr } = await answer;
  expect([code, code === 0 ? '' : `${stdout}${stderr}`]).toEqual([0, '']);
  return stdout;
}

/** The first shell block after a heading of a page. */
export async function blockOf(page: string, heading: string): Promise<string> {
  const text = await readFile(join(checkoutRoot, page), 'utf8');
  const found = new RegExp(`## ${heading}\\n[^]*?\`\`\`sh\\n([^]*?)\`\`\``).exec(text);
  if (!found) {
    throw new Error(`${page} has no commands under "${heading}"`);
  }
  return found[1]!;
}
