import { z } from 'zod';
import type { Secret } from '../secrets/secret';

/** A choice between the broker and the other way. It is the broker by default if there is an `AMQP_URL`. */
export interface BrokerChoice<Name extends string, Other extends string> {
  /** The setting, which may be absent. */
  schema(description: string): z.ZodOptional<z.ZodEnum<{ rabbitmq: 'rabbitmq' } & Record<Other, Other>>>;
  /** What the environment chooses. */
  of(env: Chosen<Name, Other>): 'rabbitmq' | Other;
  /** What is wrong with the choice and `AMQP_URL` together; absent if nothing is. */
  faultOf(env: Chosen<Name, Other>): string | undefined;
}

type Chosen<Name extends string, Other extends string> = {
  readonly [Key in Name]?: 'rabbitmq' | Other | undefined;
} & { readonly AMQP_URL?: Secret<string> | undefined };

export function brokerOr<const Name extends string, const Other extends string>(
  name: Name,
  other: Other,
): BrokerChoice<Name, Other> {
  const of = (env: Chosen<Name, Other>) => env[name] ?? (env.AMQP_URL ? 'rabbitmq' : other);
  return {
    schema: (description) =>
      z
        .enum(['rabbitmq', other], { error: `expected one of rabbitmq, ${other}` })
        .optional()
        .meta({ values: `\`rabbitmq\` or \`${other}\`` })
        .describe(`${description} By default \`rabbitmq\` if \`AMQP_URL\` is set, else \`${other}\``),
    of,
    faultOf: (env) =>
      of(env) === 'rabbitmq' && !env.AMQP_URL
        ? `\`rabbitmq\` needs an AMQP_URL; set one, or set ${name}=${other}`
        : undefined,
  };
}
