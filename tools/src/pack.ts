import { compilePackages, packPackages } from './packages/pack-packages';
import { packagesFolder } from './packages/stage-package';

const usage = `usage: npm run -s pack -- [--repository https://github.com/OWNER/NAME]

Compiles every published package, and packs it into ${packagesFolder} as it would be published. To publish, name the
repository, which npm compares with the signed provenance.
`;

async function main(args: readonly string[]): Promise<number> {
  const repository = /^--repository=(https:\/\/[\w./-]+)$/.exec(args.join('='))?.[1];
  if (args.length > 0 && repository === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  await compilePackages(['build', 'declarations']);
  for (const { name, version, path, unpackedSize, files } of await packPackages(repository)) {
    console.log(`${name}@${version}: ${files.length} files, ${Math.round(unpackedSize / 1024)} KB, ${path}`);
  }
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
