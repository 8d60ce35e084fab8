import type { InputsOf, Reaction } from '@tidemark/process-manager';
import type { Fulfilment } from './fulfilment';
import type { FulfilmentEvent, FulfilmentTimer } from './fulfilment-event';

export type FulfilmentInputs = InputsOf<FulfilmentEvent, FulfilmentTimer>;

/** The reaction of the fulfilment to one input. */
export type On<Name extends keyof FulfilmentInputs> = (
  fulfilment: Fulfilment,
  input: FulfilmentInputs[Name],
) => Reaction<Fulfilment>;
