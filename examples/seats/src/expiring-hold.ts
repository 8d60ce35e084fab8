import { defineCommand } from '@tidemark/nestjs';
import { handled, ignored, type EnvelopeOf, type ProcessDefinition } from '@tidemark/process-manager';
import { z } from 'zod';
import { release, show, type ShowEvent } from './show';

export const releaseSeat = defineCommand(show, 'ReleaseSeat', {
  schema: z.object({ show: z.string(), seat: z.string(), hold: z.string() }),
  id: (data) => data.show,
  decide: (data, state) => release(data.show, data.seat, data.hold)(state),
});

type State =
  | { readonly step: 'new' | 'releasing' | 'ended' }
  | { readonly step: 'held'; readonly show: string; readonly seat: string; readonly hold: string };

type HoldEvent = Exclude<ShowEvent, { type: 'ShowScheduled' }>;

/** Frees a seat that was held for so long without being bought. One instance for each hold. */
export function expiringHold(holdMs: number): ProcessDefinition<State, HoldEvent> {
  return {
    name: 'expiring-hold',
    version: 1,
    eventTypes: ['SeatHeld', 'SeatSold', 'SeatReleased', 'ReleaseCameTooLate'],
    startsOn: ['SeatHeld'],
    correlate: ({ data }) => data.hold,
    initial: () => ({ step: 'new' }),
    react(state, input) {
      if (state.step === 'new' && input.kind === 'event') {
        const { show, seat, hold } = (input.event as EnvelopeOf<HoldEvent>).data;
        const dueAt = new Date(Date.parse(input.at) + holdMs).toISOString();
        const timers = [{ name: 'expiry', dueAt }];
        return handled('wait for the sale', { step: 'held', show, seat, hold }, { timers });
      }
      if (state.step === 'held' && input.kind === 'timer') {
        const { show, seat, hold } = state;
        const commands = [releaseSeat.ask({ show, seat, hold })];
        return handled('release the seat', { step: 'releasing' }, { commands });
      }
      if (state.step === 'held' && input.name === 'SeatSold') {
        return handled('sold', { step: 'ended' }, { cancelTimers: ['expiry'] });
      }
      // A sale may still overtake the release. The answer to the release comes in either case, and ends the process.
      const isAnswer = input.name === 'SeatReleased' || input.name === 'ReleaseCameTooLate';
      return state.step === 'releasing' && isAnswer ? handled('ended', { step: 'ended' }) : ignored;
    },
    status: ({ step }) => (step === 'ended' ? 'COMPLETED' : 'RUNNING'),
  };
}
