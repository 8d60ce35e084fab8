import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { readSettingFile } from './read-setting-file';
import type { Secret, SettingFile } from './secret';

export interface SecretFilesOptions {
  /** Those that were not read from a file are left alone. */
  readonly secrets: Iterable<Secret<unknown>>;
  /** How often each file is read again, whether or not anything told of a change. Default 10 s. */
  readonly checkIntervalMs?: number;
  /** Told of each change that a secret took. */
  readonly onTaken: (setting: string) => void;
  /** Told at each check of a file that can't be read, or whose text is refused. The reason never holds the text. */
  readonly onRefused: (setting: string, reason: string) => void;
}

/** Writers that do not rename a finished file into place get this long to finish. */
const SETTLE_MS = 200;

interface WatchedFile {
  readonly secret: Secret<unknown>;
  readonly file: SettingFile;
  takenText: string;
}

/**
 * Reads the files of secrets again and again, and gives the secrets what is new. Kubernetes replaces a mounted Secret by
 * a new target of the link `..data`, so a file is looked up by its path each time. Events of its directory hasten the
 * check: they are a hint, and the interval is what a change relies on.
 */
export class SecretFiles {
  private readonly files: readonly WatchedFile[];
  private readonly watchers: FSWatcher[] = [];
  private interval: NodeJS.Timeout | undefined;
  private hinted: NodeJS.Timeout | undefined;
  private checking: Promise<void> | undefined;

  constructor(private readonly options: SecretFilesOptions) {
    this.files = [...options.secrets].flatMap((secret) =>
      secret.file ? [{ secret, file: secret.file, takenText: secret.file.text }] : [],
    );
  }

  /** Keeps no process alive. */
  start(): void {
    if (this.files.length === 0) {
      return;
    }
    const { checkIntervalMs = 10_000 } = this.options;
    this.interval = setInterval(() => void this.check(), checkIntervalMs).unref();
    new Set(this.files.map(({ file }) => dirname(file.path))).forEach((directory) => this.hear(directory));
  }

  stop(): void {
    clearInterval(this.interval);
    clearTimeout(this.hinted);
    this.watchers.forEach((watcher) => watcher.close());
  }

  /** Reads every file now. While a check is under way, its end is what a further caller waits for. */
  check(): Promise<void> {
    this.checking ??= this.checkAll().finally(() => (this.checking = undefined));
    return this.checking;
  }

  private async checkAll(): Promise<void> {
    for (const watched of this.files) {
      const refusal = await this.reread(watched);
      if (refusal !== undefined) {
        this.options.onRefused(watched.file.setting, refusal);
      }
    }
  }

  /** @returns why the file's text is not taken */
  private async reread(watched: WatchedFile): Promise<string | undefined> {
    const { secret, file } = watched;
    let text: string;
    try {
      text = readSettingFile(file.path);
    } catch (error) {
      return `the file cannot be read (${(error as NodeJS.ErrnoException).code})`;
    }
    if (text === watched.takenText) {
      return undefined;
    }
    const refusal = await secret.take(text);
    if (refusal === undefined) {
      watched.takenText = text;
      this.options.onTaken(file.setting);
    }
    return refusal;
  }

  private hear(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.checkSoon());
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      // The system may have no watch left to give. The interval finds the change.
    }
  }

  private checkSoon(): void {
    clearTimeout(this.hinted);
    this.hinted = setTimeout(() => void this.check(), SETTLE_MS).unref();
  }
}
