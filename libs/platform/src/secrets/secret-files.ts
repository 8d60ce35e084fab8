import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { readSettingFile } from './read-setting-file';
import type { Secret, SettingFile } from './secret';

export interface SecretFilesOptions {
  /** Secrets that were not read from a file are ignored. */
  readonly secrets: Iterable<Secret<unknown>>;
  /** The time between two reads of each file, even without a change notification. Default 10 s. */
  readonly checkIntervalMs?: number;
  /** Called for each new secret that was accepted. */
  readonly onTaken: (setting: string) => void;
  /** Called at each check of a file that can't be read or whose text is refused. The reason never contains the text. */
  readonly onRefused: (setting: string, reason: string) => void;
}

/** The time that a writer gets to finish a file that it does not rename into place. */
const SETTLE_MS = 200;

interface WatchedFile {
  readonly secret: Secret<unknown>;
  readonly file: SettingFile;
  takenText: string;
}

/**
 * Rereads the files of secrets and updates the secrets. Kubernetes replaces a mounted Secret by pointing the link
 * `..data` to a new target, so each file is looked up by its path every time. Events of its directory trigger an
 * earlier check, but they may be missed; only the interval is reliable.
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

  /** Does not keep the process alive. */
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

  /** Reads every file now. A call during a running check waits for that check. */
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

  /** @returns why the file's text was refused */
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
      // The operating system may have no free watch. The interval finds the change anyway.
    }
  }

  private checkSoon(): void {
    clearTimeout(this.hinted);
    this.hinted = setTimeout(() => void this.check(), SETTLE_MS).unref();
  }
}
