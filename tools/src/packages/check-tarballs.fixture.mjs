/**
 * Checks each tarball with publint and with Are The Types Wrong, both of which are ES modules. Prints, as JSON, the
 * complaints by tarball.
 */
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readFile } from 'node:fs/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const complaints = {};
for (const path of process.argv.slice(2)) {
  const tarball = await readFile(path);
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(tarball).buffer },
    strict: true,
  });
  const types = await checkPackage(createPackageFromTarballData(tarball));
  complaints[path] = [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`),
    ...(types.types ? types.problems : [{ kind: 'NoTypes' }]).map(
      (problem) => `types: ${JSON.stringify(problem)}`,
    ),
  ];
}
process.stdout.write(JSON.stringify(complaints));
