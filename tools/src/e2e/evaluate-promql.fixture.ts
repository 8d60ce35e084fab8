import { parser } from '@prometheus-io/lezer-promql';
import type { Sample, Scrape } from './scrape.fixture';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];
type Labels = Sample['labels'];
type Value = number | readonly Sample[];

/**
 * Evaluates an expression like Prometheus after these scrapes, oldest first. Supports the part of the language that our
 * alerts use. A rate covers the first to the last scrape with the series, whatever its range.
 *
 * @throws Error for unsupported syntax, so that an alert is never silent because it was not understood
 */
export function evaluatePromql(query: string, scrapes: readonly Scrape[]): readonly Sample[] {
  const found = new Evaluation(query, scrapes).valueOf(parser.parse(query).topNode.firstChild!);
  return typeof found === 'number' ? [{ labels: {}, value: found }] : found;
}

/** The left side of an expression's comparison with a threshold. */
export function comparedIn(query: string): string {
  const { firstChild: comparison } = parser.parse(query).topNode;
  const left = comparison?.name === 'BinaryExpr' && comparison.getChild('Gtr') && comparison.firstChild;
  if (!left) {
    throw new Error(`compares nothing: ${query}`);
  }
  return query.slice(left.from, left.to);
}

class Evaluation {
  constructor(
    private readonly query: string,
    private readonly scrapes: readonly Scrape[],
  ) {}

  valueOf(node: SyntaxNode): Value {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return Number(this.text(node));
      case 'ParenExpr':
        return this.valueOf(node.firstChild!);
      case 'VectorSelector':
        return this.scrapes.length === 0 ? [] : this.select(node, this.scrapes.at(-1)!);
      case 'FunctionCall':
        return this.call(this.text(node.getChild('FunctionIdentifier')!), argumentOf(node));
      case 'AggregateExpr':
        return this.aggregate(node);
      case 'BinaryExpr':
        return this.combine(node);
      default:
        throw new Error(`cannot evaluate ${node.name} in ${this.query}`);
    }
  }

  private select(selector: SyntaxNode, { samples }: Scrape): readonly Sample[] {
    const matchers = this.matchersOf(selector);
    const found = samples.get(this.text(selector.getChild('Identifier')!)) ?? [];
    return found.filter(({ labels }) =>
      matchers.every(({ label, operator, operand }) => {
        const value = labels[label] ?? '';
        const isEqual = operator.endsWith('~')
          ? new RegExp(`^(?:${operand})$`).test(value)
          : value === operand;
        return isEqual === operator.startsWith('=');
      }),
    );
  }

  private matchersOf(selector: SyntaxNode) {
    return (selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map((matcher) => ({
      label: this.text(matcher.getChild('LabelName')!),
      operator: this.text(matcher.getChild('MatchOp')!),
      operand: this.text(matcher.getChild('StringLiteral')!).slice(1, -1),
    }));
  }

  /** The labels that an absent series would have had. */
  private equalitiesIn(selector: SyntaxNode): Labels {
    const equalities = this.matchersOf(selector).filter(({ operator }) => operator === '=');
    return Object.fromEntries(equalities.map(({ label, operand }) => [label, operand]));
  }

  private call(name: string, argument: SyntaxNode): Value {
    switch (name) {
      case 'absent':
        return this.vector(argument).length === 0 ? [{ labels: this.equalitiesIn(argument), value: 1 }] : [];
      case 'rate':
        return this.growth(argument, (seconds) => seconds);
      case 'increase':
        return this.growth(argument, () => 1);
      default:
        throw new Error(`cannot evaluate ${name}() in ${this.query}`);
    }
  }

  private growth(range: SyntaxNode, divisor: (seconds: number) => number): readonly Sample[] {
    const selector = range.getChild('VectorSelector')!;
    const points = new Map<string, { readonly atMs: number; readonly sample: Sample }[]>();
    for (const scrape of this.scrapes) {
      for (const sample of this.select(selector, scrape)) {
        const key = keyOf(sample.labels);
        points.set(key, [...(points.get(key) ?? []), { atMs: scrape.atMs, sample }]);
      }
    }
    // A series with a single sample has no rate.
    return [...points.values()]
      .filter(({ length }) => length > 1)
      .map((seen) => {
        const [first, last] = [seen[0]!, seen.at(-1)!];
        const grown = last.sample.value - first.sample.value;
        return { labels: last.sample.labels, value: grown / divisor((last.atMs - first.atMs) / 1_000) };
      });
  }

  private aggregate(node: SyntaxNode): readonly Sample[] {
    const operator = this.text(node.getChild('AggregateOp')!);
    const by = (
      node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? []
    ).map((label) => this.text(label));
    const groups = new Map<string, { readonly labels: Labels; readonly values: number[] }>();
    for (const { labels, value } of this.vector(argumentOf(node))) {
      const kept = Object.fromEntries(by.map((label) => [label, labels[label] ?? '']));
      const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] };
      groups.set(keyOf(kept), { ...group, values: [...group.values, value] });
    }
    return [...groups.values()].map(({ labels, values }) => ({ labels, value: this.fold(operator, values) }));
  }

  private fold(operator: string, values: readonly number[]): number {
    switch (operator) {
      case 'sum':
        return values.reduce((sum, value) => sum + value, 0);
      case 'max':
        return Math.max(...values);
      case 'avg':
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      default:
        throw new Error(`cannot evaluate ${operator} in ${this.query}`);
    }
  }

  private combine(node: SyntaxNode): readonly Sample[] {
    const [left, right] = [this.vector(node.firstChild!), this.valueOf(node.lastChild!)];
    if (node.getChild('Or') && typeof right !== 'number') {
      return [...left, ...right.filter(({ labels }) => !left.some((other) => isSame(labels, other.labels)))];
    }
    if (node.getChild('Gtr') && typeof right === 'number') {
      return left.filter(({ value }) => value > right);
    }
    if (node.getChild('Eql') && typeof right === 'number') {
      return left.filter(({ value }) => value === right);
    }
    if (node.getChild('Lss') && typeof right === 'number') {
      return left.filter(({ value }) => value < right);
    }
    if (node.getChild('Div') && typeof right !== 'number') {
      return left.flatMap(({ labels, value }) => {
        const divisor = right.find((other) => isSame(labels, other.labels));
        return divisor ? [{ labels, value: value / divisor.value }] : [];
      });
    }
    throw new Error(`cannot evaluate an operator in ${this.query}`);
  }

  private vector(node: SyntaxNode): readonly Sample[] {
    const value = this.valueOf(node);
    return typeof value === 'number' ? [{ labels: {}, value }] : value;
  }

  private text(node: SyntaxNode): string {
    return this.query.slice(node.from, node.to);
  }
}

/** The last argument, which is the only one of every function supported here. */
function argumentOf(call: SyntaxNode): SyntaxNode {
  return call.getChild('FunctionCallBody')!.lastChild!;
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSame(a: Labels, b: Labels): boolean {
  return keyOf(a) === keyOf(b);
}
