import { Metrics } from '@tidemark/platform';
import { checkoutRoot, workspaceFolders } from '@tidemark/test-servers';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The names of a metric's series in Prometheus, each with its labels. */
export type MetricLabels = ReadonlyMap<string, readonly string[]>;

const kinds = ['counter', 'gauge', 'partitionGauge', 'histogram'];

/**
 * The metrics that the services register, read from their source: `metrics.gauge({ name, labelNames })` and the like.
 */
export async function registeredMetrics(): Promise<MetricLabels> {
  const metrics = new Map<string, readonly string[]>();
  const register = (kind: string, name: string, labels: readonly string[]) => {
    const suffixes = kind === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
    suffixes.forEach((suffix) =>
      metrics.set(`${name}${suffix}`, suffix === '_bucket' ? [...labels, 'le'] : labels),
    );
  };
  const folders = workspaceFolders().filter((folder) => folder !== 'tools');
  for (const file of folders.flatMap(sourcesIn)) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023);
    visitCalls(source, (call) => {
      const kind = calledName(call);
      const name = kinds.includes(kind) ? nameGivenTo(call) : undefined;
      if (name !== undefined) {
        register(kind, name, kind === 'partitionGauge' ? ['partition'] : labelsGivenTo(call));
      }
    });
  }
  const defaults = await new Metrics('any').text();
  for (const [, name, kind] of defaults.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    register(kind!, name!, []);
  }
  return metrics;
}

function sourcesIn(folder: string): string[] {
  const sources = join(checkoutRoot, folder, 'src');
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(path))
    .map((path) => join(sources, path));
}

function visitCalls(node: ts.Node, visit: (call: ts.CallExpression) => void): void {
  if (ts.isCallExpression(node)) {
    visit(node);
  }
  ts.forEachChild(node, (child) => visitCalls(child, visit));
}

function calledName({ expression }: ts.CallExpression): string {
  if (ts.isPropertyAccessExpression(expression)) {
    return expression.name.text;
  }
  return ts.isIdentifier(expression) ? expression.text : '';
}

/** The name of the metric: the first argument, or a field of it. */
function nameGivenTo(call: ts.CallExpression): string | undefined {
  const [first] = call.arguments;
  const name = first && ts.isObjectLiteralExpression(first) ? propertyOf(first, 'name') : first;
  return name && ts.isStringLiteral(name) ? name.text : undefined;
}

function labelsGivenTo({ arguments: [first] }: ts.CallExpression): readonly string[] {
  const labels = first && ts.isObjectLiteralExpression(first) ? propertyOf(first, 'labelNames') : undefined;
  return labels && ts.isArrayLiteralExpression(labels)
    ? labels.elements.filter(ts.isStringLiteral).map(({ text }) => text)
    : [];
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  return object.properties
    .filter(ts.isPropertyAssignment)
    .find((property) => ts.isIdentifier(property.name) && property.name.text === name)?.initializer;
}
