/** Prints, as JSON, the targets of every project and the files that each cached target is hashed from. */
const { createProjectGraphAsync } = require('@nx/devkit');
const { readNxJson } = require('nx/src/config/nx-json');
const { getTaskRawInputs } = require('nx/src/hasher/check-task-files');

async function main() {
  const projectGraph = await createProjectGraphAsync({ exitOnError: true });
  const seed = { projectGraph, nxJson: readNxJson() };
  const projects = await Promise.all(
    Object.values(projectGraph.nodes).map(async ({ name, data: { root, targets } }) => {
      const described = Object.entries(targets).map(async ([target, { cache = false }]) => {
        const { files } = await getTaskRawInputs(`${name}:${target}`, seed);
        return [target, { cache, files }];
      });
      return { name, root, targets: Object.fromEntries(await Promise.all(described)) };
    }),
  );
  process.stdout.write(JSON.stringify(projects));
}

main().catch((failure) => {
  console.error(failure);
  process.exitCode = 1;
});
