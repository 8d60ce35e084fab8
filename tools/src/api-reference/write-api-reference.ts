import { checkoutRoot } from '@tidemark/test-servers';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Application, TypeDocOptions } from 'typedoc';
import { publishedPackages, type PublishedPackage } from '../packages/published-packages';

/** What is wrong with the reference, a line each, such as a link that leads nowhere. */
export type Complaints = readonly string[];

/**
 * Writes the reference of all published packages as HTML, from their comments and READMEs. What was in the folder is
 * removed.
 *
 * @param folder absolute
 * @throws Error if TypeDoc cannot read a package
 */
export async function writeApiReference(folder: string): Promise<Complaints> {
  const parts = mkdtempSync(join(tmpdir(), 'tidemark-api-'));
  const complaints: string[] = [];
  try {
    const files: string[] = [];
    for (const each of publishedPackages()) {
      const file = join(parts, `${basename(each.folder)}.json`);
      await convert(optionsOf(each), complaints, (app, project) => app.generateJson(project, file));
      files.push(file);
    }
    const merged = {
      entryPointStrategy: 'merge',
      entryPoints: files,
      name: 'Tidemark',
      readme: join(checkoutRoot, 'docs/packages.md'),
      out: folder,
    } as const;
    await convert(merged, complaints, (app, project) => app.generateOutputs(project));
    return complaints;
  } finally {
    rmSync(parts, { recursive: true });
  }
}

/** What is wrong with the comments of a project that has an `index.ts` and a `tsconfig.json`. */
export async function complaintsOf(folder: string): Promise<Complaints> {
  const complaints: string[] = [];
  const options: TypeDocOptions = {
    name: folder,
    entryPoints: [join(folder, 'index.ts')],
    tsconfig: join(folder, 'tsconfig.json'),
    validation,
  };
  await convert(options, complaints, () => Promise.resolve());
  return complaints;
}

const validation = { notExported: false, invalidLink: true, invalidPath: true } as const;

type Project = NonNullable<Awaited<ReturnType<Application['convert']>>>;

async function convert(
  options: TypeDocOptions,
  complaints: string[],
  write: (app: Application, project: Project) => Promise<void>,
): Promise<void> {
  const { Application: TypeDoc, Logger, LogLevel } = await import('typedoc');
  const app = await TypeDoc.bootstrap({ tsconfig: join(checkoutRoot, 'tsconfig.json'), ...options });
  app.logger = new (class extends Logger {
    override log(message: string, level: number): void {
      if (level >= LogLevel.Warn) {
        complaints.push(`${options.name}: ${message}`);
      }
    }
  })();
  const project = await app.convert();
  if (!project) {
    throw new Error(complaints.join('\n'));
  }
  app.validate(project);
  await write(app, project);
}

/** Each entry point of a package is a module of its own, and its README is the first page. */
function optionsOf({ folder, manifest }: PublishedPackage): TypeDocOptions {
  const at = (path: string) => join(checkoutRoot, folder, path);
  return {
    name: manifest.name,
    entryPoints: Object.values(manifest.exports ?? {}).map(({ development }) => at(development!)),
    readme: at('README.md'),
    excludePrivate: true,
    excludeExternals: true,
    // `npm run types` checks them.
    skipErrorChecking: true,
    validation,
  };
}
