import type { Content, ModelProjection, ProjectedDocument, ReadModel } from '@tidemark/projections';
import {
  defineBy,
  projectionOf as definedProjection,
  type DefiningClass,
} from '../definitions/definition-of';
import { compileProjection } from './compile-projection';
import type { EventIn } from './messages';

/** The methods that handle events and do not fit the read model; `never` if all fit. */
type Misfits<Instance, Document extends ProjectedDocument> = {
  [Method in keyof Instance]: Instance[Method] extends (
    event: infer Event,
    ...rest: infer Rest
  ) => infer Result
    ? [EventIn<Event>] extends [never]
      ? never
      : Result extends Content<Document>
        ? Rest extends [infer Given, ...unknown[]]
          ? [Document] extends [Given]
            ? never
            : [Given] extends [undefined]
              ? never
              : Method
          : never
        : Method
    : never;
}[keyof Instance];

/** The compiler shows this sentence at the class. */
type Fits<Instance, Document extends ProjectedDocument> = [Misfits<Instance, Document>] extends [never]
  ? unknown
  : { readonly 'a handler does not take or give documents of the read model': Misfits<Instance, Document> };

export interface ProcessingGroupOptions<Document extends ProjectedDocument> {
  /** The read model that the class fills. */
  readonly readModel: ReadModel<string, Document>;
  /** The field of the events with the id of the document. */
  readonly id: string;
  /** Raise it whenever the same events give other documents. */
  readonly version: number;
}

/**
 * Makes a projection of the class. Its constructor takes no arguments, and each event gets an instance of its own, so
 * the documents are all that it remembers.
 *
 * @param name several projections may have one name, by which they are paused and resumed together
 */
export function ProcessingGroup<Document extends ProjectedDocument>(
  name: string,
  options: ProcessingGroupOptions<Document>,
) {
  return <Class extends new () => object>(
    definingClass: Class & Fits<InstanceType<Class>, Document>,
    _context?: ClassDecoratorContext,
  ): void =>
    defineBy(definingClass, () => ({ projection: compileProjection(definingClass, name, options as never) }));
}

/**
 * The projection that the class defines, as `TidemarkModule.forFeature` and tests take it.
 *
 * @throws NoDefinitionError, HandlerTakenError
 */
export function projectionOf(definingClass: DefiningClass): ModelProjection {
  return definedProjection(definingClass);
}
