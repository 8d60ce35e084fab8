/** What a person may ask of an instance. Each is an input of its own, and on record with who asked for it and why. */
export const personActs = ['retry', 'skip', 'force_compensate'] as const;

export type PersonAct = (typeof personActs)[number];

/** Who asks, and when (RFC 3339). A retry needs no reason. */
export interface PersonRequest {
  readonly actor: string;
  readonly at: string;
  readonly reason?: string;
}
