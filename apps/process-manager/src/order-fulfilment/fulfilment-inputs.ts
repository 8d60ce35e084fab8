import type { InputsOf, Reaction } from '@tidemark/process-manager';
import type { Fulfilment } from './fulfilment';
import type { FulfilmentEvent, FulfilmentTimer } from './fulfilment-event';

export type FulfilmentInputs = InputsOf<FulfilmentEvent, FulfilmentTimer>;

/** What the fulfilment does with one input. */
export type On<Name extends keyof FulfilmentInputs> = (
  fulfilment: Fulfilment,
  input: FulfilmentInputs[Name],
) => Reaction<Fulfilment>;
