/**
 * ARMED: the forward step was requested. RUNNING: the undo was sent and its event is awaited. DROPPED: there was
 * nothing to undo.
 */
export type CompensationStatus = 'ARMED' | 'RUNNING' | 'DONE' | 'DROPPED';

/** The undo of one forward step. The process derives the command from the stage. */
export interface Compensation<Stage extends string = string> {
  /**
   * Steps that were done together are undone together, as one stage. It is also the name of the process's step during
   * the undo.
   */
  readonly stage: Stage;
  /** The subject of the step; one step may have several. Stage and subject together identify the compensation. */
  readonly subject: string;
  readonly status: CompensationStatus;
}

/**
 * The compensations in the order of the forward steps; the last is undone first. Plain data, part of the instance's
 * state.
 */
export type CompensationStack<Stage extends string = string> = readonly Compensation<Stage>[];

/**
 * Arms the undo of a forward step. Call it in the reaction that requests the step, so that both are stored together.
 */
export function pushCompensation<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  ...subjects: readonly string[]
): CompensationStack<Stage> {
  return [...stack, ...armed(stage, subjects)];
}

/** Like `pushCompensation`, but undone last. */
export function pushCompensationBelow<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  ...subjects: readonly string[]
): CompensationStack<Stage> {
  return [...armed(stage, subjects), ...stack];
}

/** Drops compensations whose step did not happen or can't be undone. Finished compensations do not change. */
export function dropCompensation<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  subject: string,
): CompensationStack<Stage> {
  return withStatus(stack, 'DROPPED', (one) => isOpen(one) && one.stage === stage && one.subject === subject);
}

/** Drops all armed compensations. After that, the process can't be undone. */
export function dropAllCompensations<Stage extends string>(
  stack: CompensationStack<Stage>,
): CompensationStack<Stage> {
  return withStatus(stack, 'DROPPED', isOpen);
}

/** Marks a compensation as done, because its event has arrived. */
export function completeCompensation<Stage extends string>(
  stack: CompensationStack<Stage>,
  stage: Stage,
  subject: string,
): CompensationStack<Stage> {
  return withStatus(stack, 'DONE', (one) => isOpen(one) && one.stage === stage && one.subject === subject);
}

export interface Unwinding<Stage extends string> {
  readonly stack: CompensationStack<Stage>;
  /** The stage that is being undone now; absent if nothing is left. */
  readonly stage?: Stage;
  /** The compensations to send now. Empty while the stage still waits for events. */
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

/** Whether any compensation is armed or running, so that something may still have to be undone. */
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
