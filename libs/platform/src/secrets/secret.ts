import { inspect } from 'node:util';
import type { LiveValue } from '@tidemark/kernel';
import { z } from 'zod';

/** The text of a setting whose `<NAME>_FILE` names a file. */
export class SettingFile {
  constructor(
    readonly setting: string,
    readonly path: string,
    readonly text: string,
  ) {}
}

/** Returns the reason why a new value can't replace the previous value in a running service; undefined if it can. */
export type ChangeRule<Value> = (next: Value, before: Value) => string | undefined;

/**
 * A password or a key. When it was read from a file, `SecretFiles` gives it the file's new text, and `current()`
 * changes. If it is printed, logged or serialised, it shows `[secret]`.
 */
export class Secret<Value> implements LiveValue<Value> {
  private readonly listeners = new Set<() => void>();
  private readonly trials: ((next: Value) => Promise<void>)[] = [];
  private readonly rules: ((value: Value) => string | undefined)[] = [];

  constructor(
    private value: Value,
    private readonly parse: (text: string) => z.ZodSafeParseResult<Value>,
    private readonly changeRule: ChangeRule<Value>,
    /** Absent if the secret came from the environment and so never changes. */
    readonly file?: SettingFile,
  ) {}

  current(): Value {
    return this.value;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tryFirst(trial: (next: Value) => Promise<void>): void {
    this.trials.push(trial);
  }

  /**
   * Adds a rule for the value and each later value. The rule returns what is wrong with a value, without the value
   * itself.
   *
   * @returns what is wrong with the present value
   */
  addRule(rule: (value: Value) => string | undefined): string | undefined {
    this.rules.push(rule);
    return rule(this.value);
  }

  /**
   * Replaces the value by the one in the text. A text that is not valid, or whose value fails a trial, changes nothing.
   *
   * @returns why the text is refused, without the text itself; undefined if it was accepted
   */
  async take(text: string): Promise<string | undefined> {
    const parsed = this.parse(text);
    if (!parsed.success) {
      return parsed.error.issues.map(({ message }) => message).join('; ');
    }
    const refusal =
      this.brokenRule(parsed.data) ??
      this.changeRule(parsed.data, this.value) ??
      (await this.failedTrial(parsed.data));
    if (refusal === undefined) {
      this.value = parsed.data;
      this.listeners.forEach((listener) => listener());
    }
    return refusal;
  }

  private brokenRule(value: Value): string | undefined {
    return this.rules.map((rule) => rule(value)).find((fault) => fault !== undefined);
  }

  private async failedTrial(next: Value): Promise<string | undefined> {
    try {
      await Promise.all(this.trials.map((trial) => trial(next)));
      return undefined;
    } catch (error) {
      // A driver's message may contain parts of the secret.
      const { code, name } = error as NodeJS.ErrnoException;
      return `it does not work (${code ?? name})`;
    }
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/**
 * The schema of a setting that holds a password or a key. Its value is a `Secret`. By default, any valid text may
 * replace the previous one.
 */
export function secret<Value>(
  schema: z.ZodType<Value, string>,
  changeRule: ChangeRule<Value> = () => undefined,
) {
  return z
    .custom<string | SettingFile>(() => true)
    .transform((given, context): Secret<Value> => {
      const file = given instanceof SettingFile ? given : undefined;
      const parsed = schema.safeParse(file ? file.text : given);
      if (!parsed.success) {
        parsed.error.issues.forEach(({ message }) => context.addIssue({ code: 'custom', message }));
        return z.NEVER;
      }
      return new Secret(parsed.data, (text) => schema.safeParse(text), changeRule, file);
    })
    .meta({ ...schema.meta(), secret: true });
}
