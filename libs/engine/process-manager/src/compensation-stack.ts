/** ARMED: what it undoes was asked for. RUNNING: sent, its event is awaited. DROPPED: there was nothing to undo. */
export type CompensationStatus = 'ARMED' | 'RUNNING' | 'DONE' | 'DROPPED';

/** The undo of one forward step. What command that is, the process knows by the stage. */
export interface Compensation<Stage extends string = string> {
  /** What is undone together, as it was done together; also the step that the process is in meanwhile. */
  readonly stage: Stage;
  /** What the step was done to: one step may have several subjects. With the stage it names the compensation. */
  readonly subject: string;
  readonly status: CompensationStatus;
}

/** In the order of the forward steps; the last is undone first. Plain data, part of the instance's state. */
export type CompensationStack<Stage extends string = string> = readonly Compensation<Stage>[];

/** Arms the undo of a forward step. Call it in the reaction that asks for that step: both are then stored at once. */
export function pushCompensation<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  ...subjects: readonly string[]
): CompensationStack<Stage> {
  return [...stack, ...armed(stage, subjects)];
}

/** As `pushCompensation`, but to be undone last of all. */
export function pushCompensationBelow<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  ...subjects: readonly string[]
): CompensationStack<Stage> {
  return [...armed(stage, subjects), ...stack];
}

/** There is nothing to undo (any more): the step did not happen, or can't be undone. Final ones stay as they are. */
export function dropCompensation<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  subject: string,
): CompensationStack<Stage> {
  return withStatus(stack, 'DROPPED', (one) => isOpen(one) && one.stage === stage && one.subject === subject);
}

/** The point of no return: from here on the process only goes forward. */
export function dropAllCompensations<Stage extends string>(
  stack: CompensationStack<Stage>,
): CompensationStack<Stage> {
  return withStatus(stack, 'DROPPED', isOpen);
}

/** The compensation's event has come. */
export function completeCompensation<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  subject: string,
): CompensationStack<Stage> {
  return withStatus(stack, 'DONE', (one) => isOpen(one) && one.stage === stage && one.subject === subject);
}

export interface Unwinding<Stage extends string> {
  readonly stack: CompensationStack<Stage>;
  /** What is being undone now; absent when nothing is left. */
  readonly stage?: Stage;
  /** To be sent now. Empty while the stage still waits for events. */
  readonly started: CompensationStack<Stage>;
}

/** Starts the topmost armed stage, once nothing is running any more. */
export function unwindCompensations<Stage extends string>(stack: CompensationStack<Stage>): Unwinding<Stage> {
  const running = stack.findLast(({ status }) => status === 'RUNNING');
  if (running) {
    return { stack, stage: running.stage, started: [] };
  }
  const next = stack.findLast(({ status }) => status === 'ARMED');
  if (!next) {
    return { stack, started: [] };
  }
  const isNext = (one: Compensation<Stage>) => one.stage === next.stage && one.status === 'ARMED';
  return { stack: withStatus(stack, 'RUNNING', isNext), stage: next.stage, started: stack.filter(isNext) };
}

/** Whether anything is armed or running: as long as that is so, something may have to be given back. */
export function owesCompensation(stack: CompensationStack): boolean {
  return stack.some(isOpen);
}

function isOpen({ status }: Compensation): boolean {
  return status === 'ARMED' || status === 'RUNNING';
}

function armed<Stage extends string>(stage: Stage, subjects: readonly string[]): CompensationStack<Stage> {
  return subjects.map((subject) => ({ stage, subject, status: 'ARMED' }));
}

function withStatus<Stage extends string>(
  stack: CompensationStack<Stage>,
  status: CompensationStatus,
  concerns: (compensation: Compensation<Stage>) => boolean,
): CompensationStack<Stage> {
  return stack.map((one) => (concerns(one) ? { ...one, status } : one));
}
