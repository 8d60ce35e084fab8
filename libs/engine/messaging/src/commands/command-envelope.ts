/** A command on the broker. Its routing key is `<streamType>.<type>`. */
export interface CommandEnvelope<Type extends string = string, Data = unknown> {
  /** UUID. The id is derived from the sender's own state, so that a resend is the same command. */
  readonly commandId: string;
  readonly streamType: string;
  readonly type: Type;
  readonly data: Data;
  readonly correlationId: string;
  /** `process:<name>` */
  readonly actor: string;
  /** The event that the sender reacted to. */
  readonly causingEventId?: string;
  readonly traceparent?: string;
}
