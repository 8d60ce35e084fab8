import { StepRepeatedError } from './errors';
import { InstanceRun } from './instance-run';
import { parcelProcess, type Parcel, type ParcelEvent } from './parcel.fixture';
import { ProcessStory, type ToldEvent } from './testing/process-story';

const told = (type: ParcelEvent['type'], answers?: string, weight = 3): ToldEvent => ({
  type,
  streamId: 'Parcel-P1',
  data: type === 'ParcelOrdered' ? { weight } : {},
  ...(answers !== undefined && { answers }),
});

describe('an instance', () => {
  let story: ProcessStory<Parcel>;
  beforeEach(() => {
    story = new ProcessStory<Parcel>(InstanceRun.start(parcelProcess(), 'P1'));
  });

  it('requests commands and sets timers', () => {
    story
      .when(told('ParcelOrdered'))
      .then({ step: 'pack', streamType: 'Parcel', type: 'Pack', data: { weight: 3 } });
    expect([...story.timers.keys()]).toEqual(['reminder']);
    story.when(told('ParcelPacked', 'pack')).then('collect');
    expect([...story.timers.keys()]).toEqual([]);
  });

  it('keeps early events, and handles them in order once it can', () => {
    story.when(told('ParcelCollected'), told('ParcelPacked')).thenNothing();
    story.when(told('ParcelOrdered')).then('pack', 'collect');
    expect(story.state.step).toBe('gone');
  });

  it('does not complete while a command is unanswered, even if its process has completed', () => {
    story.given(told('ParcelOrdered'), told('ParcelPacked', 'pack'), told('ParcelCollected'));
    expect([story.state.step, story.status]).toEqual(['gone', 'RUNNING']);
    story.given(told('ParcelOrdered', 'collect'));
    expect(story.status).toBe('COMPLETED');
  });

  it('fires a timer once', () => {
    story.given(told('ParcelOrdered')).when({ timer: 'reminder' }).then('remind');
    expect(() => story.when({ timer: 'reminder' })).toThrow('has not set');
  });

  it('keeps an event on which its process throws, and later events, until a retry', () => {
    story
      .given(told('ParcelOrdered', undefined, -1))
      .when(told('ParcelPacked', 'pack'))
      .thenNothing();
    expect([story.state.step, story.status]).toEqual(['packing', 'STUCK']);
    story.given(told('ParcelCollected'), { person: 'retry' });
    expect([story.state.step, story.status]).toEqual(['packing', 'STUCK']);
  });

  it('gets stuck when a deferred event makes its process throw', () => {
    story.given(told('ParcelPacked'), told('ParcelOrdered', undefined, -1));
    expect([story.state.step, story.status]).toEqual(['packing', 'STUCK']);
    // Nothing overtakes it.
    story.when(told('ParcelCollected'), { timer: 'reminder' }).thenNothing();
  });

  it('gets stuck when a deferred event contradicts the new step', () => {
    story.given(told('ParcelOrdered'), told('ParcelReturned'));
    expect(story.status).toBe('RUNNING');
    story.given(told('ParcelPacked', 'pack'));
    expect([story.state.step, story.status]).toEqual(['collecting', 'STUCK']);
    story.given({ person: 'skip', reason: 'of another parcel' });
    expect(story.status).toBe('RUNNING');
  });

  it.each(['status', 'givenUp'] as const)(
    'gets stuck without others if its process throws in %s',
    (asked) => {
      const real = parcelProcess();
      const throwing = {
        ...real,
        [asked]: (parcel: Parcel) => {
          if (parcel.weight < 0) {
            throw new RangeError('no parcel weighs less than nothing');
          }
          return real[asked]!(parcel);
        },
      };
      const bad = new ProcessStory<Parcel>(InstanceRun.start(throwing, 'P1'));
      const good = new ProcessStory<Parcel>(InstanceRun.start(throwing, 'P1'));
      bad.given(told('ParcelOrdered', undefined, -1));
      good.given(told('ParcelOrdered')).when(told('ParcelPacked', 'pack')).then('collect');
      expect([bad.status, good.status]).toEqual(['STUCK', 'RUNNING']);
      bad.given({ person: 'retry' });
      expect(bad.status).toBe('STUCK');
    },
  );

  it("can't skip an event on which its process throws, because that event waits for a corrected process", () => {
    story.given(told('ParcelOrdered', undefined, -1), told('ParcelPacked', 'pack'));
    story.when({ person: 'skip', reason: 'in the way' }).thenRefused();
    expect(story.status).toBe('STUCK');
  });

  it('stays stuck as long as its process has given up, whatever the other reasons were', () => {
    story.given(told('ParcelOrdered'), told('ParcelLost'), told('ParcelDelayed'));
    story.given({ person: 'skip', reason: 'not lost' });
    expect(story.status).toBe('STUCK');
    story.given(told('ParcelFound'));
    expect(story.status).toBe('RUNNING');
  });

  it('fails if its process requests an answered step again', () => {
    story.given(told('ParcelOrdered'), told('ParcelDelayed'), told('ParcelFound', 'remind'));
    expect(() => story.given(told('ParcelDelayed'))).toThrow(StepRepeatedError);
  });

  it('gets stuck when an event contradicts its step, and continues when an operator skips that event', () => {
    story.given(told('ParcelOrdered'), told('ParcelLost'));
    expect(story.status).toBe('STUCK');
    story.given({ person: 'retry' });
    expect(story.status).toBe('STUCK');
    story.given({ person: 'skip', reason: 'found again' });
    expect(story.status).toBe('RUNNING');
    story.when(told('ParcelPacked', 'pack')).then('collect');
  });

  it('waits for an operator if an answer is missing, and continues by itself when the answer arrives', () => {
    story.given(told('ParcelOrdered'), { unanswered: ['pack'] });
    expect(story.status).toBe('STUCK');
    story.when(told('ParcelPacked', 'pack')).then('collect');
    expect(story.status).toBe('RUNNING');
  });

  it('accepts only requests that its process can carry out', () => {
    story.given(told('ParcelOrdered'), { unanswered: ['pack'] });
    story.when({ person: 'force_compensate' }).thenRefused();
    story.given({ person: 'skip', reason: 'packed by hand' });
    expect([story.state.step, story.status]).toEqual(['collecting', 'RUNNING']);
  });

  it("stays stuck if its process can't continue without the answer", () => {
    story.given(told('ParcelOrdered'), told('ParcelPacked', 'pack'), { unanswered: ['collect'] });
    story.when({ person: 'skip' }).thenRefused();
    expect(story.status).toBe('STUCK');
  });
});
