import type { Projection } from '../projection';

/** One filling of a read model: the version of its projection, and a running number. */
export interface GenerationRef {
  readonly version: number;
  /** The number of the generation, counted for each read model from 1. */
  readonly generation: number;
}

/** The generation's name, which is also that of its collection or table: `order_list_v1_g2`. */
export function generationName(model: string, { version, generation }: GenerationRef): string {
  return `${abilityOf({ name: model, version })}_g${generation}`;
}

/** The name of the ability to fold a projection, such as `order_list_v1`. */
export function abilityOf({ name, version }: Pick<Projection, 'name' | 'version'>): string {
  return `${name}_v${version}`;
}

/** The ability that a generation requires. */
export function abilityFor(generation: string): string {
  return generation.slice(0, generation.lastIndexOf('_g'));
}

/** The read model of a generation. */
export function modelOf(generation: string): string {
  const ability = abilityFor(generation);
  return ability.slice(0, ability.lastIndexOf('_v'));
}

/** The projection as it fills one generation, under the generation's name. */
export function inGeneration(projection: Projection, generation: string): Projection {
  return { ...projection, name: generation };
}

/**
 * The projections that this code has, bound to the given generations as far as it can fold them. Other generations are
 * left out, because they belong to older or newer code.
 */
export function bound(projections: readonly Projection[], generations: readonly string[]): Projection[] {
  const byAbility = new Map(projections.map((projection) => [abilityOf(projection), projection]));
  return generations.flatMap((generation) => {
    const projection = byAbility.get(abilityFor(generation));
    return projection ? [inGeneration(projection, generation)] : [];
  });
}

/** The name of the consumer group that feeds only this generation, as long as the readers' group does not feed it. */
export function lineOf(group: string, generation: string): string {
  return `${group}/${generation}`;
}
