import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Manifest } from './manifest';

const run = promisify(execFile);

/** A project of a user: a folder outside the workspace, with what npm installs there. */
export class UserProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tidemark-user-'));

  /** @param template a folder whose files the project begins with; by default it has a manifest alone */
  constructor(template?: string) {
    if (template === undefined) {
      this.write('package.json', JSON.stringify({ name: 'user', private: true, type: 'module' }));
    } else {
      const isOwn = (path: string) => basename(path) !== 'node_modules';
      cpSync(template, this.folder, { recursive: true, filter: isOwn });
    }
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** @param what tarballs, and packages of the registry */
  async install(...what: readonly string[]): Promise<void> {
    await this.run(
      'npm',
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...what,
    );
  }

  /**
   * Compiles TypeScript without `skipLibCheck`, so the declarations of installed packages are checked too.
   *
   * @returns the compiler's complaints, a line each
   */
  async compile(
    files: readonly string[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly string[]> {
    const compilerOptions = { strict: true, target: 'es2022', skipLibCheck: false, types: [], ...options };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    const tsc = join(require.resolve('typescript-7/package.json'), '../bin/tsc');
    try {
      await this.run(process.execPath, tsc, '--pretty', 'false', '-p', '.');
      return [];
    } catch (failure) {
      return (failure as { readonly stdout: string }).stdout.split('\n').filter(Boolean);
    }
  }

  /** @returns what the program printed */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    return this.runWith({}, command, ...args);
  }

  /** As `run`, with these environment variables as well. */
  async runWith(
    variables: Readonly<Record<string, string>>,
    command: string,
    ...args: readonly string[]
  ): Promise<string> {
    const options = { ...this.surroundings(variables), maxBuffer: 16 * 1024 * 1024 };
    try {
      return (await run(command, args, options)).stdout;
    } catch (failure) {
      const { message, stdout } = failure as Error & { readonly stdout: string };
      throw Object.assign(new Error(`${message}\n${stdout}`, { cause: failure }), { stdout });
    }
  }

  /** Starts a program that runs until the test ends it. */
  start(
    variables: Readonly<Record<string, string>>,
    command: string,
    ...args: readonly string[]
  ): ChildProcess {
    return spawn(command, args, {
      ...this.surroundings(variables),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** The workspace's own conditions, loaders and caches must not reach the user's programs. */
  private surroundings(variables: Readonly<Record<string, string>>) {
    const environment = Object.entries(process.env).filter(
      ([name]) => !/^(NODE_OPTIONS$|npm_|NX_|JEST_|NODE_ENV$|DATABASE_URL$)/i.test(name),
    );
    const env = { ...Object.fromEntries(environment), NX_DAEMON: 'false', ...variables };
    return { cwd: this.folder, env };
  }

  installed(): readonly string[] {
    return readdirSync(join(this.folder, 'node_modules'))
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) =>
        name.startsWith('@')
          ? readdirSync(join(this.folder, 'node_modules', name)).map((own) => `${name}/${own}`)
          : [name],
      );
  }

  /** These packages and all that they depend on, as far as it is installed. */
  closure(...roots: readonly string[]): ReadonlySet<string> {
    const reached = new Set(roots);
    const installed = new Set(this.installed());
    for (const name of reached) {
      const file = join(this.folder, 'node_modules', name, 'package.json');
      const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
        readFileSync(file, 'utf8'),
      ) as Manifest;
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((dependency) => installed.has(dependency))
        .forEach((dependency) => reached.add(dependency));
    }
    return reached;
  }

  /** The versions of a package that are installed, wherever they are. */
  versionsOf(name: string): readonly string[] {
    const lock = readFileSync(join(this.folder, 'node_modules/.package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: Readonly<Record<string, { version: string }>> };
    return Object.entries(packages)
      .filter(([path]) => path.endsWith(`node_modules/${name}`))
      .map(([, { version }]) => version);
  }

  /** The bytes of all files of the package. */
  sizeOf(name: string): number {
    const folder = join(this.folder, 'node_modules', name);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => statSync(join(folder, file)))
      .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  }

  remove(): void {
    if (existsSync(this.folder)) {
      rmSync(this.folder, { recursive: true });
    }
  }
}
