import type { ClientBase, QueryConfig } from 'pg';

/** A step of a plan, with the properties that EXPLAIN gives it and that tests look at. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Subplan Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** All steps of a plan. */
export type Plan = readonly PlanNode[];

/**
 * The plans that the real EXPLAIN gives for a statement, without carrying it out: the plan for these values and, if the
 * statement has a name, the generic plan. Postgres may choose the generic plan after it has carried out a prepared
 * statement five times.
 */
export async function plansOf(client: ClientBase, statement: QueryConfig): Promise<readonly Plan[]> {
  const { name, text, values = [] } = statement;
  const forTheseValues = await explain(client, text, values);
  return name ? [forTheseValues, await planForAnyValues(client, text, values.length)] : [forTheseValues];
}

async function planForAnyValues(client: ClientBase, text: string, parameters: number): Promise<Plan> {
  const anything = Array<string>(parameters).fill('NULL').join(', ');
  await client.query(`PREPARE explained AS ${text}`);
  await client.query('SET plan_cache_mode = force_generic_plan');
  try {
    return await explain(client, `EXECUTE explained${parameters > 0 ? `(${anything})` : ''}`);
  } finally {
    await client.query('RESET plan_cache_mode');
    await client.query('DEALLOCATE explained');
  }
}

async function explain(client: ClientBase, text: string, values: unknown[] = []): Promise<Plan> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    values,
  );
  return stepsOf(rows[0]!['QUERY PLAN'][0].Plan);
}

function stepsOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(stepsOf)];
}
