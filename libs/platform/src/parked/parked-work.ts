/** The token under which a service provides its `ParkedWork`. */
export const PARKED_WORK = Symbol('parked work');

export const parkedStatuses = ['PARKED', 'RETRY_REQUESTED', 'DISCARD_REQUESTED', 'RESOLVED'] as const;

export type ParkedStatus = (typeof parkedStatuses)[number];

interface ParkedEvent {
  readonly position: number;
  readonly version: number;
  readonly eventId: string;
  readonly type: string;
}

/** A parked stream, as a consumer reports it. */
export interface ParkedItem {
  readonly id: string;
  readonly group: string;
  readonly partition: number;
  readonly streamId: string;
  readonly streamType: string;
  readonly status: ParkedStatus;
  readonly error: { readonly code: string; readonly message: string };
  readonly event: ParkedEvent;
  readonly waiting: number;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly discarded: readonly ParkedEvent[];
  readonly acts: readonly { readonly act: string; readonly actor: string; readonly at: string }[];
}

/** What `/admin/parked` needs from a consumer; `ParkedWork` of the messaging library is one. */
export interface ParkedWork {
  find(id: string): Promise<ParkedItem | undefined>;
  /**
   * Returns a page of the parked streams, in the order of parking. Without a status, it contains all streams that are
   * not resolved.
   */
  page(query: {
    readonly status?: ParkedStatus;
    readonly limit: number;
    readonly after?: { readonly parkedAt: string; readonly id: string };
  }): Promise<readonly ParkedItem[]>;
  /** Records a request durably; it is carried out later. */
  request(
    id: string,
    request: 'retry' | 'discard',
    actor: string,
  ): Promise<ParkedItem | 'not_parked' | undefined>;
}
