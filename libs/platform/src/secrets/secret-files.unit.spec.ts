import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { eventually } from '@tidemark/test-servers';
import { z } from 'zod';
import { loadConfig } from '../config/load-config';
import { secretKey } from '../config/secret-key';
import { amqpUrl, mongodbUrl, postgresUrl } from '../config/urls';
import { SecretFiles, type SecretFilesOptions } from './secret-files';
import { secretsIn } from './secrets-in';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64url');
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex').slice(0, 2);

let folder: string;
let files: SecretFiles | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => {
  files?.stop();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(path(`${name}.new`), text);
  renameSync(path(`${name}.new`), path(name));
};

const section = z
  .object({
    KEY: secretKey(),
    DATABASE_URL: postgresUrl().optional(),
    AMQP_URL: amqpUrl().optional(),
    MONGODB_URL: mongodbUrl().optional(),
    PLAIN: z.string().optional(),
  })
  .transform((env) => ({ key: env.KEY, urls: [env.DATABASE_URL, env.AMQP_URL, env.MONGODB_URL], env }));

/** The configuration, and the recorded notifications about its files. */
function watched(env: NodeJS.ProcessEnv, options: Partial<SecretFilesOptions> = {}) {
  const config = loadConfig({ section }, { KEY_FILE: path('key'), ...env }).section;
  const told: string[] = [];
  files = new SecretFiles({
    secrets: secretsIn(config),
    onTaken: (setting) => told.push(`${setting} taken`),
    onRefused: (setting, reason) => told.push(`${setting} refused: ${reason}`),
    ...options,
  });
  return { config, told, files };
}

describe('a secret from a file', () => {
  it('changes with its file, and reports the change', async () => {
    write('key', key(1));
    const { config, told, files } = watched({});
    const heard: string[] = [];
    const silence = config.key.onChange(() => heard.push(hex(config.key.current())));

    await files.check();
    write('key', `${key(2)}\n`);
    await files.check();
    silence();
    write('key', key(3));
    await files.check();

    expect(hex(config.key.current())).toBe('03');
    expect(heard).toEqual(['02']);
    expect(told).toEqual(['KEY taken', 'KEY taken']);
  });

  it('keeps its previous value while the new value is unusable, and shows neither', async () => {
    write('key', key(1));
    const { config, told, files } = watched({});

    write('key', 'hush');
    await files.check();
    write('key', '');
    await files.check();
    rmSync(path('key'));
    await files.check();

    expect(hex(config.key.current())).toBe('01');
    expect(told).toEqual([
      'KEY refused: expected at least 32 bytes as base64url',
      'KEY refused: expected at least 32 bytes as base64url',
      'KEY refused: the file cannot be read (ENOENT)',
    ]);
    expect(JSON.stringify(config.key) + inspect(config, { depth: 9 })).not.toContain(key(1));

    write('key', key(2));
    await files.check();
    expect(hex(config.key.current())).toBe('02');
  });

  it('is tried before it is accepted, and tried again at each check', async () => {
    write('key', key(1));
    const { config, told, files } = watched({});
    let works = false;
    config.key.tryFirst(async (next) => {
      expect(hex(next)).toBe('02');
      if (!works) {
        throw Object.assign(new Error('no user named hush'), { code: '28P01' });
      }
    });

    write('key', key(2));
    await files.check();
    expect(hex(config.key.current())).toBe('01');
    works = true;
    await files.check();

    expect(hex(config.key.current())).toBe('02');
    expect(told).toEqual(['KEY refused: it does not work (28P01)', 'KEY taken']);
  });

  it.each([
    ['DATABASE_URL', 'postgres://one:a@host:5432/db?options=x', 'postgres://two:b%40@host:5432/db?options=x'],
    ['AMQP_URL', 'amqp://one:a@host/v', 'amqp://two:b@host/v'],
    ['MONGODB_URL', 'mongodb://one:a@h1:1,h2:2/db?w=1', 'mongodb://two:b@h1:1,h2:2/db?w=1'],
    ['MONGODB_URL', 'mongodb+srv://h1/db', 'mongodb+srv://two:b@h1/db'],
  ])('may change the user and password of %s, and nothing else', async (name, before, after) => {
    write('key', key(1));
    write('url', before);
    const { config, told, files } = watched({ [`${name}_FILE`]: path('url') });
    const url = config.urls.find((one) => one !== undefined)!;

    write('url', after);
    await files.check();
    expect(url.current()).toBe(after);
    write('url', after.replace(/\/(db|v)/, '/other'));
    await files.check();

    expect(url.current()).toBe(after);
    expect(told).toEqual([
      `${name} taken`,
      expect.stringMatching(/refused: only the user .* change the rest$/),
    ]);
  });

  it('is read again as soon as Kubernetes replaces the mounted Secret, long before the interval ends', async () => {
    const publish = (name: string, text: string) => {
      mkdirSync(path(name));
      writeFileSync(path(`${name}/key`), text);
      symlinkSync(name, path('..data_tmp'));
      renameSync(path('..data_tmp'), path('..data'));
    };
    publish('..first', key(1));
    symlinkSync('..data/key', path('key'));
    const { config, files } = watched({}, { checkIntervalMs: 3_600_000 });
    files.start();

    publish('..second', key(2));

    await eventually(() => expect(hex(config.key.current())).toBe('02'));
  });

  it('is read again after the interval, even without a notification', async () => {
    mkdirSync(path('one'));
    mkdirSync(path('two'));
    writeFileSync(path('one/key'), key(1));
    writeFileSync(path('two/key'), key(2));
    // The watched directory itself does not change, only a link in its path.
    symlinkSync('one', path('link'));
    const { config, files } = watched({ KEY_FILE: path('link/key') }, { checkIntervalMs: 20 });
    files.start();

    symlinkSync('two', path('link.new'));
    renameSync(path('link.new'), path('link'));

    await eventually(() => expect(hex(config.key.current())).toBe('02'));
  });
});

describe('a secret from the environment', () => {
  it('is not watched', () => {
    const config = loadConfig({ section }, { KEY: key(1), PLAIN: 'text' }).section;

    expect([...secretsIn(config)].filter(({ file }) => file !== undefined)).toEqual([]);
    expect(hex(config.key.current())).toBe('01');
  });
});

it('does not watch the file of a setting that is not secret', () => {
  write('key', key(1));
  write('plain', 'text');
  const { config } = watched({ PLAIN_FILE: path('plain') });

  expect(config.env.PLAIN).toBe('text');
});
