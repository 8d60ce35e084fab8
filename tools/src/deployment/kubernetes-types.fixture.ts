import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { KubernetesObject } from './kustomize.fixture';

const load = createRequire(__filename);
const packages: Readonly<Record<string, string>> = {
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The former names of API versions, where the last CommonJS release of the package has only the former name. */
const formerVersions: Readonly<Record<string, string>> = {
  'external-secrets.io/v1': 'external-secrets.io/v1beta1',
};
const storeOperators = './store-operators.fixture';
const storeKinds: Readonly<Record<string, string>> = {
  Cluster: 'postgresql.cnpg.io/v1',
  ScheduledBackup: 'postgresql.cnpg.io/v1',
  RabbitmqCluster: 'rabbitmq.com/v1beta1',
  MongoDBCommunity: 'mongodbcommunity.mongodb.com/v1',
};

/** The object with the name that the packages have for its API version. */
function renamed(object: KubernetesObject): KubernetesObject {
  return { ...object, apiVersion: formerVersions[object.apiVersion] ?? object.apiVersion };
}

/** The module with the types of a kind; undefined if the API has no such kind. */
function moduleOf({ apiVersion, kind }: KubernetesObject): string | undefined {
  if (storeKinds[kind] === apiVersion) {
    return storeOperators;
  }
  const [group] = apiVersion.split('/');
  const name = `${packages[group!] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
  try {
    load.resolve(name);
    return name;
  } catch {
    return undefined;
  }
}

function label({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

/** Faults of required fields, formats and bounds, by the same JSON schemas that the API server uses. */
function schemaFaults(object: KubernetesObject, module: string): string[] {
  if (module === storeOperators) {
    return [];
  }
  const models = load(module) as Record<string, new (data: unknown) => { validate(): void }>;
  try {
    new models[object.kind]!(object).validate();
    return [];
  } catch (error) {
    return [`${label(object)}: ${(error as Error).message}`];
  }
}

/** Unknown fields and wrong types, found by compiling each object as a literal of its interface. */
function literalFaults(objects: readonly (readonly [KubernetesObject, string])[]): string[] {
  const file = join(__dirname, 'rendered-objects.ts');
  // One line per object, so that the line of an error identifies the object.
  const imports = objects.map(
    ([{ kind }, module], n) => `import type { I${kind} as T${n} } from '${module}';`,
  );
  const literals = objects.map(([object], n) => `export const o${n}: T${n} = ${JSON.stringify(object)};`);
  const text = [...literals, ...imports].join('\n');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getCurrentDirectory = () => dirname(file);
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, text, version) : getSourceFile(name, version);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file: source, start = 0, messageText }) => {
    const line = source?.getLineAndCharacterOfPosition(start).line ?? -1;
    const [object] = objects[line] ?? [];
    return `${object ? label(object) : source?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** The fields of these objects that the API server would refuse or silently drop, one line each. */
export function kubernetesFaults(objects: readonly KubernetesObject[]): string[] {
  const faults: string[] = [];
  const known: [KubernetesObject, string][] = [];
  for (const object of objects.map(renamed)) {
    const module = moduleOf(object);
    if (module === undefined) {
      faults.push(`${label(object)}: ${object.apiVersion} has no kind ${object.kind}`);
    } else {
      faults.push(...schemaFaults(object, module));
      known.push([object, module]);
    }
  }
  return [...faults, ...literalFaults(known)];
}
